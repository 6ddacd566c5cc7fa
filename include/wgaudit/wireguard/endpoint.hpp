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

/// The AddressFamily of an IpAddress; `none` is that of an address that is not known.
enum class AddressFamily : std::uint8_t { none, ipv4, ipv6 };

/// An IpAddress is an address in binary. The kernel and `wg` spell some addresses differently
/// (ISATAP; `::102:304` and `::1.2.3.4`), so spellings are never compared.
struct IpAddress {
  AddressFamily family = AddressFamily::none;
  std::array<std::uint8_t, 16> bytes{};  ///< An IPv4 address fills the first four.

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Reads `10.0.0.1` and every form of IPv6 that inet_pton(3) takes.
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// Spells an address as glibc and so `wg` does. Empty for AddressFamily::none.
std::string to_text(const IpAddress& address);
void append_text(const IpAddress& address, std::string& text);

/// An Endpoint is the address and port that a peer was last heard from, or was configured with. Its
/// address has the family `none` where the kernel has no endpoint for the peer. Equality ignores
/// the zone, since the kernel prints it as a number and `wg` as an interface name.
struct Endpoint {
  IpAddress address;            ///< Outer address, not one inside the tunnel.
  std::uint16_t port = 0;       ///< UDP port.
  std::array<char, 15> zone{};  ///< Scope of a link-local address as it was spelt, zero-padded.

  /// Whether there is no endpoint.
  bool is_none() const { return address.family == AddressFamily::none; }
  /// Returns the zone without its padding.
  std::string_view zone_view() const;

  friend bool operator==(const Endpoint& a, const Endpoint& b) {
    return a.address == b.address && a.port == b.port;
  }
};

/// Reads both spellings of an endpoint: the kernel's `%pISpfsc` (lib/vsprintf.c: `1.2.3.4:51820`,
/// `[fe80::1]:51820/0%2`, `(einval)`, before 5.2 `(invalid address)`) and that of `wg`
/// (`[fe80::1%eth0]:51820`, `(none)`).
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// Spells an endpoint as `wg` does.
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
