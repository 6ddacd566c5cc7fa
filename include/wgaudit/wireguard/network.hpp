#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

/// The addresses of one family that begin with the same bits; one address, where all are given.
struct Network {
  IpAddress address;
  unsigned bits = 0;

  bool contains(const IpAddress& one) const;

  friend bool operator==(const Network&, const Network&) = default;
};

/// Reads `10.1.0.0/16`, `fe80::/10`, or an address alone. As in a route, no bit may be set behind
/// those that count: nothing for `10.1.0.7/16`.
std::optional<Network> parse_network(std::string_view text);

/// What to_text(address) begins with for each of its addresses; all of it, where it has but one.
std::string common_text(const Network& network);

}  // namespace wgaudit
