#pragma once

#include <optional>
#include <string>

#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/presence/roster_changes.hpp"
#include "wgaudit/presence/roster_state.hpp"

namespace wgaudit {

/// DumpContext is what all steps of taking one dump share: its times, the limits, and the changes
/// that the steps collect. DumpStep owns it; it lives for one dump.
struct DumpContext {
  PresenceLimits limits;
  Instant started;   ///< What the dump shows is at least as new as this.
  Instant finished;  ///< When the dump was complete: the present time of its changes.
  const WallClock& wall_clock;
  RosterChanges changes;
  std::optional<SteadyTime> next_expiry;

  bool is_alive(const PeerState& peer) const {
    return peer.expires && started.steady < *peer.expires;
  }

  bool is_grace_over(const Absence& absence) const {
    return started.steady >= absence.since.steady + limits.grace;
  }

  /// Returns when the latest handshake of the peer was, where it had one.
  std::optional<SteadyTime> handshake_of(const PeerState& peer) const;

  /// Returns since when and why a peer is absent whose latest handshake is too old.
  Absence timeout_of(const PeerState& peer) const;

  /// Returns `time` by the present setting of the wall clock: `expected`, unless that clock was
  /// set since.
  UtcTime wall_time(SteadyTime time, UtcTime expected) const;

  /// Returns whether the kernel's object of `row` cannot be the one of `before`. `seen`: start of
  /// the dump that showed `before`, where it was in this run.
  bool counts_less(const std::optional<Instant>& seen, const DumpPeer& before,
                   const DumpPeer& row) const;

  /// Notes when the peer is to go offline or its grace ends.
  void note_expiry(const PeerState& peer);

  void add_config(ConfigField field, const InterfaceName& interface,
                  const std::optional<PublicKey>& peer, std::optional<std::string> before,
                  std::optional<std::string> after);
};

}  // namespace wgaudit
