#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

enum class AddressFamily : std::uint8_t { none, ipv4, ipv6 };

/// An IP address in binary: the kernel and `wg` spell some addresses differently, so spellings are
/// never compared.
struct IpAddress {
  AddressFamily family = AddressFamily::none;
  std::array<std::uint8_t, 16> bytes{};  ///< An IPv4 address fills the first four.

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Reads `10.0.0.1` and every form of IPv6 that inet_pton(3) takes.
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// glibc's spelling, which is that of `wg`. Empty for AddressFamily::none.
std::string to_text(const IpAddress& address);
void append_text(const IpAddress& address, std::string& text);

/// Where a peer was last heard from, or that the kernel has no endpoint for it (family none).
/// Equality ignores the zone: the kernel prints it as a number, `wg` as an interface name.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  std::array<char, 15> zone{};  ///< Scope of a link-local address as it was spelt, zero-padded.

  bool is_none() const { return address.family == AddressFamily::none; }
  std::string_view zone_view() const;

  friend bool operator==(const Endpoint& a, const Endpoint& b) {
    return a.address == b.address && a.port == b.port;
  }
};

/// Reads both spellings: the kernel's `%pISpfsc` (lib/vsprintf.c: `1.2.3.4:51820`,
/// `[fe80::1]:51820/0%2`, `(einval)`, before 5.2 `(invalid address)`) and that of `wg`
/// (`[fe80::1%eth0]:51820`, `(none)`).
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// The spelling of `wg`.
std::string to_text(const Endpoint& endpoint);
void append_text(const Endpoint& endpoint, std::string& text);

}  // namespace wgaudit

template <>
struct std::hash<wgaudit::Endpoint> {
  std::size_t operator()(const wgaudit::Endpoint& endpoint) const noexcept {
    const auto& bytes = endpoint.address.bytes;
    const std::string_view address(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return std::hash<std::string_view>{}(address)*31 + endpoint.port;
  }
};
