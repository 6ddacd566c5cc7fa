#include "wgaudit/wireguard/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

bool set_zone(Endpoint& endpoint, std::string_view zone) {
  if (zone.empty() || zone.size() > endpoint.zone.size()) return false;
  std::copy(zone.begin(), zone.end(), endpoint.zone.begin());
  return true;
}

/// Reads what follows the port in the kernel's spelling of IPv6: `/flowinfo%scope`, both decimal.
/// Scope 0 is no zone.
bool take_flow_and_scope(std::string_view rest, Endpoint& endpoint) {
  const std::string_view flow = take_until(rest, '%');
  if (!parse_number<std::uint32_t>(flow) || !parse_number<std::uint32_t>(rest)) return false;
  return rest == "0" || set_zone(endpoint, rest);
}

std::optional<Endpoint> parse_ipv6_endpoint(std::string_view text) {
  const std::size_t end = text.find("]:");  // an interface's name may hold `]`, but no `:`
  if (end == std::string_view::npos || !take_prefix(text, "[")) return std::nullopt;
  std::string_view address = text.substr(0, end - 1);
  text.remove_prefix(address.size() + 2);
  const bool has_zone = address.find('%') != std::string_view::npos;
  Endpoint endpoint;
  const auto parsed = parse_ip_address(take_until(address, '%'));
  if (!parsed || parsed->family != AddressFamily::ipv6) return std::nullopt;
  endpoint.address = *parsed;
  if (has_zone && !set_zone(endpoint, address)) return std::nullopt;
  // A zone stands before the `]` in `wg`'s spelling and after the port in the kernel's, never both.
  const bool kernel_spelling = text.find('/') != std::string_view::npos;
  const auto port = parse_number<std::uint16_t>(take_until(text, '/'));
  if (!port) return std::nullopt;
  if (kernel_spelling && (has_zone || !take_flow_and_scope(text, endpoint))) return std::nullopt;
  endpoint.port = *port;
  return endpoint;
}

/// Reads what inet_pton(3) takes: four numbers up to 255 without leading zeros. By hand, because
/// inet_pton needs a terminated copy of each address.
std::optional<IpAddress> parse_ipv4(std::string_view text) {
  IpAddress address;
  address.family = AddressFamily::ipv4;
  for (std::size_t i = 0; i < 4; ++i) {
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
      if (digits != 0 && value == 0) return std::nullopt;
      value = 10 * value + static_cast<unsigned>(text[digits] - '0');
      if (value > 255) return std::nullopt;
    }
    text.remove_prefix(digits);
    if (digits == 0 || (i < 3 && !take_prefix(text, "."))) return std::nullopt;
    address.bytes[i] = static_cast<std::uint8_t>(value);
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

std::optional<Endpoint> parse_ipv4_endpoint(std::string_view text) {
  Endpoint endpoint;
  const auto address = parse_ipv4(take_until(text, ':'));
  const auto port = parse_number<std::uint16_t>(text);
  if (!address || !port) return std::nullopt;
  endpoint.address = *address;
  endpoint.port = *port;
  return endpoint;
}

void append_ipv4(const IpAddress& address, std::string& text) {
  std::array<char, INET_ADDRSTRLEN> digits;
  char* end = digits.data();
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) *end++ = '.';
    end = std::to_chars(end, digits.data() + digits.size(), address.bytes[i]).ptr;
  }
  text.append(digits.data(), end);
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return parse_ipv4(text);
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), terminated.begin());
  IpAddress address;
  address.family = AddressFamily::ipv6;
  if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

std::string to_text(const IpAddress& address) {
  std::string text;
  append_text(address, text);
  return text;
}

void append_text(const IpAddress& address, std::string& text) {
  switch (address.family) {
    case AddressFamily::none:
      return;
    case AddressFamily::ipv4:
      return append_ipv4(address, text);
    case AddressFamily::ipv6:
      std::array<char, INET6_ADDRSTRLEN> digits{};
      inet_ntop(AF_INET6, address.bytes.data(), digits.data(), digits.size());
      text += digits.data();
      return;
  }
}

std::string_view Endpoint::zone_view() const {
  return {zone.data(),
          static_cast<std::size_t>(std::find(zone.begin(), zone.end(), '\0') - zone.begin())};
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text.front() == '[') return parse_ipv6_endpoint(text);
  if (text == "(none)" || text == "(einval)" || text == "(invalid address)") return Endpoint{};
  return parse_ipv4_endpoint(text);
}

std::string to_text(const Endpoint& endpoint) {
  std::string text;
  append_text(endpoint, text);
  return text;
}

void append_text(const Endpoint& endpoint, std::string& text) {
  if (endpoint.is_none()) {
    text += "(none)";
    return;
  }
  const bool in_brackets = endpoint.address.family == AddressFamily::ipv6;
  if (in_brackets) text += '[';
  append_text(endpoint.address, text);
  const std::string_view zone = endpoint.zone_view();
  if (in_brackets && !zone.empty()) text.append("%").append(zone);
  if (in_brackets) text += ']';
  text += ':';
  append_number(endpoint.port, text);
}

}  // namespace wgaudit
