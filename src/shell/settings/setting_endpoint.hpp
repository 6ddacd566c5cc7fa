#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// Reads `ADDRESS:PORT`, the address of IPv6 in brackets; or changes nothing and says why not. Only
/// addresses: what a host name stands for can change, and with it who may send to us or ask us.
/// `usual_port` is for the sample in what is said.
std::optional<std::string> assign_endpoint(std::string_view text, std::uint16_t usual_port,
                                           std::string& address, std::uint16_t& port);

/// As it is read; empty without an address.
std::string show_endpoint(const std::string& address, std::uint16_t port);

}  // namespace wgaudit
