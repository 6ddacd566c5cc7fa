#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

/// A Network is the addresses of one family that begin with the same bits; a single address where
/// `bits` are all of it.
struct Network {
  IpAddress address;  ///< The lowest address: bits that do not count are 0.
  unsigned bits = 0;  ///< Length of the prefix.

  /// Whether `one` is in the network. An address of another family never is.
  bool contains(const IpAddress& one) const;

  friend bool operator==(const Network&, const Network&) = default;
};

/// Reads `10.1.0.0/16`, `fe80::/10`, or an address alone. As in a route, no bit after the prefix
/// may be set: nothing for `10.1.0.7/16`.
std::optional<Network> parse_network(std::string_view text);

/// Returns the text with which to_text begins for each address of the network: the whole text of a
/// network of one address. A search can look for it in lines before it parses them.
std::string common_text(const Network& network);

}  // namespace wgaudit
