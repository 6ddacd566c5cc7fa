#include "wgaudit/wireguard/network.hpp"

#include <algorithm>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr unsigned bits_of(AddressFamily family) {
  return family == AddressFamily::ipv4 ? 32 : 128;
}

/// Returns an address with all but its first `bits` bits set to 0.
IpAddress cut(IpAddress address, unsigned bits) {
  for (unsigned i = 0; i < address.bytes.size(); ++i) {
    const unsigned kept = std::clamp(bits, 8 * i, 8 * i + 8) - 8 * i;
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xFF00U >> kept));
  }
  return address;
}

/// Returns how many characters the first `parts` parts of an address take, each with the separator
/// after it.
std::size_t length_of(std::string_view text, unsigned parts, char separator) {
  std::size_t end = 0;
  for (; parts != 0; --parts) end = text.find(separator, end) + 1;
  return end;
}

/// Counts the groups of an IPv6 prefix that are spelt in the text of each of its addresses. A group
/// of zeros may be left out (`::`), so only the groups before the first of them count.
unsigned spelt_groups(const Network& network) {
  unsigned groups = 0;
  const auto& bytes = network.address.bytes;
  while (16 * (groups + 1) <= network.bits && (bytes[2 * groups] | bytes[2 * groups + 1]) != 0) {
    ++groups;
  }
  return groups;
}

}  // namespace

bool Network::contains(const IpAddress& one) const {
  return one.family == address.family && cut(one, bits) == address;
}

std::optional<Network> parse_network(std::string_view text) {
  const bool has_length = text.find('/') != std::string_view::npos;
  const auto address = parse_ip_address(take_until(text, '/'));
  if (!address) return std::nullopt;
  const unsigned most = bits_of(address->family);
  const auto bits = has_length ? parse_number<unsigned>(text) : most;
  if (!bits || *bits > most || cut(*address, *bits) != *address) return std::nullopt;
  return Network{*address, *bits};
}

std::string common_text(const Network& network) {
  std::string text = to_text(network.address);
  const bool is_ipv4 = network.address.family == AddressFamily::ipv4;
  if (network.bits == bits_of(network.address.family)) return text;
  text.resize(is_ipv4 ? length_of(text, network.bits / 8, '.')
                      : length_of(text, spelt_groups(network), ':'));
  return text;
}

}  // namespace wgaudit
