#pragma once

#include <optional>

#include "wgaudit/presence/roster.hpp"

namespace wgaudit {

// latest-handshake is cut to the second.
inline constexpr std::chrono::seconds handshake_unit{1};

inline bool has_handshake(const DumpPeer& row) {
  return row.latest_handshake.time_since_epoch().count() > 0;
}

inline bool is_removal(const std::optional<Absence>& absence) {
  return absence && (absence->reason == ChangeReason::peer_removed ||
                     absence->reason == ChangeReason::interface_removed);
}

/// As of a kernel object that has just been created. The endpoint stays: that an object begins
/// without one is no move.
inline DumpPeer without_counts(const DumpPeer& row) {
  DumpPeer fresh;
  fresh.public_key = row.public_key;
  fresh.endpoint = row.endpoint;
  return fresh;
}

}  // namespace wgaudit
