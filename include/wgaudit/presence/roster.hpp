#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/presence/roster_changes.hpp"
#include "wgaudit/presence/roster_state.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// Roster knows which peers there are and which of them are online. The Auditor owns it and gives
/// it every dump; it reads no clock and no file. Dumps alone decide: lines only add to the accounts
/// of sessions, and hint at renames. What happens while a dump is taken is in DumpStep.
///
/// Online is wg_monitor's rule: there was a handshake, and it is younger than the threshold. These
/// rules make it exact:
/// - A dump shows the time at which it was started, not the time at which it was complete: a rekey
///   in between is in the next one.
/// - Ages are measured by the steady clock. A handshake gets its place on that clock when a dump
///   first shows it, and keeps it however the wall clock is set. A handshake that the dump before
///   did not have happened since then; one in the future, by a wall clock that was set between two
///   dumps, happened just now.
/// - A peer comes online only with a handshake that is another than the last one known.
/// - With a grace, a shorter absence is not reported: a peer that times out, is created anew or is
///   removed is reported as gone when the grace has passed, with the time at which it happened.
/// - An interface goes on under another name where a row proves that it is the same object, or a
///   line says so and no row speaks against it. The same evidence decides whether an interface is
///   a new one of the same name.
/// - Rows are in the order of creation (wg_get_device_dump of netlink.c walks peer_list, to which
///   wg_peer_create of peer.c appends). The first row that is new, out of the order before or
///   counts less than before is a new object of the kernel, and so are all rows after it.
class Roster {
 public:
  explicit Roster(std::chrono::seconds threshold, std::chrono::seconds grace = {})
      : limits_{threshold, grace} {}

  /// Takes a dump. An interface that it does not list is gone only when a dump a moment later does
  /// not list it either (a list of interfaces can be partial), and never while it is among the
  /// `unreadable`. `wall_clock` was given `finished` before.
  RosterChanges on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                        Instant started, Instant finished, const WallClock& wall_clock);

  /// Takes a line about an interface: a hint for the next dump.
  void on_line(const KernelEvent& event, SteadyTime printed) {
    state_.lines.on_line(event, printed);
  }

  /// Returns the notes on a peer's lines since the last dump, to be added to. Only for lines of an
  /// id that is proven to be this key's. Null for an interface that no dump has listed.
  LineNotes* notes_of(const InterfaceName& interface, const PublicKey& key);

  /// Puts back a peer as it was recorded, also one that is gone within the grace; each once, before
  /// the first dump.
  void restore(const InterfaceName& interface, PeerState peer);

  /// Puts back an interface as it was recorded. With the first of them all that there were are
  /// known: an interface that only the first dump has is new.
  void restore(const InterfaceState& interface);

  /// Returns when the first of the online peers is to go offline; nothing where none is online.
  std::optional<SteadyTime> next_expiry() const { return state_.next_expiry; }

  /// Returns whether an interface was missing from the last dump and the next has to confirm it.
  bool is_in_doubt() const;

  /// Calls `visit(state)` with the InterfaceState of every interface, in a stable order.
  template <typename Visit>
  void visit_interfaces(Visit visit) const {
    for (const auto& interface : state_.interfaces) {
      if (interface.settings) visit(InterfaceState{interface.name, *interface.settings});
    }
  }

  /// Calls `visit(interface, peer)` for every peer, in a stable order.
  template <typename Visit>
  void visit_peers(Visit visit) const {
    for (const auto& interface : state_.interfaces) {
      for (const auto& peer : interface.peers) visit(interface.name, peer);
      for (const auto& peer : interface.in_grace) visit(interface.name, peer);
    }
  }

  /// Counts the peers that the last dump listed.
  std::size_t size() const;
  std::size_t online_count() const;

 private:
  PresenceLimits limits_;
  RosterState state_;
};

}  // namespace wgaudit
