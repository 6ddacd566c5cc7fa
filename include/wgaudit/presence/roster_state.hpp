#pragma once

#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/config_change.hpp"
#include "wgaudit/presence/interface_lines.hpp"
#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/presence/session.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// PresenceLimits are the two settings that decide when a peer is offline.
struct PresenceLimits {
  std::chrono::seconds threshold;  ///< Age of the latest handshake from which a peer is offline.
  std::chrono::seconds grace;      ///< Time that an absence must last to be reported; 0: none.
};

/// RosterInterface is one interface as dumps have shown it, with its peers. RosterState owns it,
/// and the steps of one dump at a time change it. One that is gone is kept, without peers that are
/// listed, for as long as the grace of its last peers runs.
struct RosterInterface {
  InterfaceName name;
  std::vector<PeerState> peers;     ///< Listed peers, in the order of the last dump.
  std::vector<PeerState> in_grace;  ///< Peers that are not listed any more, within the grace.
  std::optional<InterfaceSettings> settings;
  std::unordered_map<PublicKey, LineNotes> notes;
  std::optional<Instant> seen;  ///< Start of the last dump that listed the interface.
  bool is_known = false;        ///< Its peers are known: by a dump, or restored.
  bool is_missing = false;      ///< The last dump did not list it; the next has to confirm that.
  SteadyTime missing_since{};   ///< Start of the first dump that did not list it.
  bool is_gone = false;         ///< It is certain that the interface was removed.
  bool is_listed = false;       ///< The dump that is being taken lists it, or could not read it.
};

/// RosterState is what the roster keeps from one dump to the next. Roster owns it and lends it to
/// the DumpStep that takes a dump.
struct RosterState {
  std::vector<RosterInterface> interfaces;
  bool knows_interfaces = false;  ///< All that there are, by a dump or restored: others are new.
  InterfaceLines lines;
  std::optional<SteadyTime> next_expiry;  ///< When the first online peer is to go offline.

  /// Returns null where no interface has the name.
  RosterInterface* find(const InterfaceName& name);

  /// Adds the interface where there is none of the name.
  RosterInterface& find_or_add(const InterfaceName& name);
};

}  // namespace wgaudit
