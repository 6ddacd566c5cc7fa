#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/presence/config_change.hpp"
#include "wgaudit/presence/interface_lines.hpp"
#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// A handshake that a dump proves: latest-handshake is another than in the dump before.
struct ShownHandshake {
  InterfaceName interface;
  PublicKey public_key;
  Endpoint endpoint;
  std::chrono::sys_seconds when;
};

/// What a dump changed, each list in the dump's order.
struct RosterChanges {
  std::vector<PeerChange> peers;
  std::vector<ShownHandshake> handshakes;  ///< Since an earlier dump of this run.
  ConfigChanges config;
  std::vector<InterfaceState> interfaces;
};

/// Who is there and who is online, by dumps; lines only add to the accounts of sessions.
///
/// Online is wg_monitor's rule: there was a handshake, and it is younger than the threshold. What
/// makes it exact:
/// - A dump tells of the time at which it was started, not of that at which it was complete: a
///   rekey in between is in the next one.
/// - Ages are measured by the steady clock: a handshake has its place on it when a dump first shows
///   it, and keeps that however the wall clock is set. One that the dump before did not have
///   happened since then; one in the future, by a clock that was set when nobody looked, happened
///   just now.
/// - Nobody comes online without a handshake that is another than the last one known.
/// - With a grace, an absence that is shorter is none: a peer that times out, is created anew or is
///   removed is told to be gone when the grace has passed, with the time at which it happened.
/// - An interface goes on under another name where a row proves that it is the same object, or a
///   line says so and no row speaks against it; likewise it is a new one of the same name.
/// - Rows are in the order of creation (kernel.md: ids ascend). The first row that is new, out of
///   the order before or counts less than before is a new object of the kernel, and all behind it.
class Roster {
 public:
  explicit Roster(std::chrono::seconds threshold, std::chrono::seconds grace = {})
      : threshold_(threshold), grace_(grace) {}

  /// Takes a dump. An interface that it does not list is gone only when a dump a moment later does
  /// not list it either (a list of interfaces can be partial), and never while it is among the
  /// `unreadable`. `wall_clock` has been told `finished`.
  RosterChanges on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                        Instant started, Instant finished, const WallClock& wall_clock);

  /// Takes a line that tells of an interface: a hint for the next dump.
  void on_line(const KernelEvent& event, SteadyTime printed) { lines_.on_line(event, printed); }

  /// What lines told of a peer since the last dump, to be added to. Only for an id that is proven
  /// to be this key's. Nothing for a peer that no dump has listed.
  LineNotes* notes_of(const InterfaceName& interface, const PublicKey& key);

  /// Puts back a peer as it was recorded, also one that is gone within the grace; each once, before
  /// the first dump.
  void restore(const InterfaceName& interface, PeerState peer);

  /// Puts back an interface as it was recorded, and with that all that there were: one that the
  /// first dump has besides is new.
  void restore(const InterfaceState& interface);

  /// When the first of the online peers is to be told offline; nothing where nobody is online.
  std::optional<SteadyTime> next_expiry() const { return next_expiry_; }

  /// Whether an interface was missing from the last dump and the next one has to confirm it.
  bool is_in_doubt() const;

  /// Calls `visit(state)` with the InterfaceState of every interface, in a stable order.
  template <typename Visit>
  void visit_interfaces(Visit visit) const {
    for (const auto& interface : interfaces_) {
      if (interface.settings) visit(InterfaceState{interface.name, *interface.settings});
    }
  }

  /// Calls `visit(interface, peer)` for every peer, in a stable order.
  template <typename Visit>
  void visit_peers(Visit visit) const {
    for (const auto& interface : interfaces_) {
      for (const auto& peer : interface.peers) visit(interface.name, peer);
      for (const auto& peer : interface.parked) visit(interface.name, peer);
    }
  }

  std::size_t size() const;
  std::size_t online_count() const;

 private:
  struct Interface {
    InterfaceName name;
    std::vector<PeerState> peers;   // in the order of the last dump
    std::vector<PeerState> parked;  // not listed any more, within the grace
    std::optional<InterfaceSettings> settings;
    std::unordered_map<PublicKey, LineNotes> notes;
    std::optional<Instant> seen;  // when the last dump that listed it was started
    bool is_known = false;        // with its peers: by a dump, or restored
    bool missing = false;
    SteadyTime missing_since{};
    bool gone = false;    // for certain, and kept for those that are parked
    bool listed = false;  // by the dump being taken
  };

  /// A row of the dump being taken, and what came before it.
  struct RowView {
    Interface& interface;
    const DumpPeer& row;
    DumpPeer before;     // all zero where the kernel's object is a new one
    bool is_new_object;  // of a key that was there before
  };

  /// An interface and the name that it has now.
  struct Rename {
    Interface* state;
    InterfaceName to;
  };

  Interface& interface_of(const InterfaceName& name);
  void follow_renames(const Dump& dump, std::span<const InterfaceName> unreadable);
  bool goes_on_as(const Interface& state, const DumpInterface& interface) const;
  void rename(const std::vector<Rename>& renames);
  void give_up_name(Interface& state);
  bool is_created_anew(const Interface& state, const DumpInterface& interface) const;
  void reconcile(Interface& state, const DumpInterface& interface);
  void compare_interface(Interface& state, const DumpInterface& interface);
  std::size_t reorder(Interface& state, const std::vector<DumpPeer>& rows);
  bool counts_less(const Interface& state, const DumpPeer& before, const DumpPeer& row) const;
  bool is_unchanged(const PeerState& peer, const DumpPeer& row);
  void update(PeerState& peer, RowView& view);
  void meet(PeerState& peer, RowView& view);
  void update_online(PeerState& peer, RowView& view);
  void update_offline(PeerState& peer, RowView& view);
  std::optional<SteadyTime> handshake_of(const PeerState& peer) const;
  HandshakeTimes set_expiry(PeerState& peer, const RowView& view) const;
  void account_row(Session& session, RowView& view, const HandshakeTimes& shown) const;
  void begin_session(PeerState& peer, RowView& view, ChangeReason reason);
  void be_absent(PeerState& peer, const InterfaceName& interface, const Absence& absence);
  void end_online(PeerState& peer, const InterfaceName& interface);
  void miss(Interface& state, std::span<const InterfaceName> unreadable);
  void vanish(Interface& state);
  void leave(Interface& state, PeerState peer, ChangeReason reason);
  void end_parked(Interface& state);
  void remove(Interface& state, const PeerState& peer);
  void note_handshake(const RowView& view);
  void note_expiries(const std::vector<PeerState>& peers);
  void note_expiry(const PeerState& peer);
  void note_config(ConfigField field, const Interface& state, const std::optional<PublicKey>& peer,
                   std::optional<std::string> before, std::optional<std::string> after);
  bool is_alive(const PeerState& peer) const;
  Absence expiry_of(const PeerState& peer) const;
  UtcTime wall_time(SteadyTime time, UtcTime expected) const;

  std::chrono::seconds threshold_;
  std::chrono::seconds grace_;
  std::vector<Interface> interfaces_;
  std::optional<SteadyTime> next_expiry_;
  bool knows_interfaces_ = false;  // all that there are: by a dump, or restored
  InterfaceLines lines_;

  // Of the dump being taken.
  Instant started_;
  Instant now_;
  const WallClock* wall_clock_ = nullptr;
  RosterChanges changes_;
};

}  // namespace wgaudit
