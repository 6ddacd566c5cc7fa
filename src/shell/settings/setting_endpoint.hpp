#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// Reads `ADDRESS:PORT`, with an IPv6 address in brackets; or changes nothing and returns the
/// reason. Host names are refused: their addresses can change, and with them the hosts that may
/// send to the daemon or ask it. `usual_port` is for the sample in the reason.
std::optional<std::string> assign_endpoint(std::string_view text, std::uint16_t usual_port,
                                           std::string& address, std::uint16_t& port);

/// Writes an endpoint as assign_endpoint reads it; empty without an address.
std::string show_endpoint(const std::string& address, std::uint16_t port);

}  // namespace wgaudit
