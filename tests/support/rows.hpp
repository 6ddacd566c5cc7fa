#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// The time that all stories count from: 2026-11-21T07:00:00Z.
inline UtcTime story_start() {
  return *parse_rfc3339("2026-11-21T07:00:00Z");
}

/// A key that is told from others by its first byte, and the name that stories call it by.
inline PublicKey key_of(std::string_view name) {
  PublicKey key;
  for (std::size_t i = 0; i < name.size(); ++i) key.bytes[i] = static_cast<std::uint8_t>(name[i]);
  return key;
}

/// A row of a dump: peer, endpoint, and how many seconds after story_start its handshake was
/// (negative: never), and its counters.
struct Row {
  std::string_view peer;
  std::string_view endpoint = "203.0.113.7:51820";
  int handshake = -1;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
};

inline DumpPeer dump_peer(const Row& row) {
  DumpPeer peer;
  peer.public_key = key_of(row.peer);
  peer.endpoint = *parse_endpoint(row.endpoint);
  peer.allowed_ips = "10.0.0.2/32";
  peer.rx_bytes = row.rx_bytes;
  peer.tx_bytes = row.tx_bytes;
  if (row.handshake >= 0) {
    peer.latest_handshake = std::chrono::floor<std::chrono::seconds>(story_start()) +
                            std::chrono::seconds(row.handshake);
  }
  return peer;
}

inline DumpInterface dump_interface(std::string_view name, const std::vector<Row>& rows) {
  DumpInterface interface;
  interface.name = *parse_interface_name(name);
  for (const Row& row : rows) interface.peers.push_back(dump_peer(row));
  return interface;
}

}  // namespace wgaudit
