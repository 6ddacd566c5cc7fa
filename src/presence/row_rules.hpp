#pragma once

#include <chrono>
#include <optional>

#include "wgaudit/presence/peer_state.hpp"

namespace wgaudit {

/// latest-handshake is cut to the second (`wg show` prints tv_sec alone: show.c of
/// wireguard-tools, dump_print).
inline constexpr std::chrono::seconds handshake_unit{1};

inline bool has_handshake(const DumpPeer& row) {
  return row.latest_handshake.time_since_epoch().count() > 0;
}

inline bool is_removal(const std::optional<Absence>& absence) {
  return absence && (absence->reason == ChangeReason::peer_removed ||
                     absence->reason == ChangeReason::interface_removed);
}

/// Returns the row as it would be for a kernel object that has just been created. The endpoint
/// stays: an object that begins without one has not moved.
inline DumpPeer without_counts(const DumpPeer& row) {
  DumpPeer fresh;
  fresh.public_key = row.public_key;
  fresh.endpoint = row.endpoint;
  return fresh;
}

}  // namespace wgaudit
