#pragma once

#include <chrono>
#include <vector>

#include "wgaudit/presence/config_change.hpp"
#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// ShownHandshake is a handshake that a dump proves: latest-handshake is another than in the dump
/// before.
struct ShownHandshake {
  InterfaceName interface;
  PublicKey public_key;
  Endpoint endpoint;
  std::chrono::sys_seconds when;
};

/// RosterChanges is what one dump changed, each list in the dump's order.
struct RosterChanges {
  std::vector<PeerChange> peers;
  std::vector<ShownHandshake> handshakes;  ///< Handshakes since an earlier dump of this run.
  ConfigChanges config;
  std::vector<InterfaceState> interfaces;  ///< Interfaces that are new or set otherwise.
};

}  // namespace wgaudit
