#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

enum class Presence : std::uint8_t { unknown, offline, online };

std::string_view to_text(Presence presence);
std::optional<Presence> parse_presence(std::string_view text);

/// wg_monitor's rule: there was a handshake, and it is younger than the threshold.
constexpr bool is_online(std::chrono::sys_seconds latest_handshake, UtcTime now,
                         std::chrono::seconds threshold) {
  return latest_handshake.time_since_epoch().count() > 0 && now < latest_handshake + threshold;
}

/// A peer as the last dump that listed it showed it.
struct PeerState {
  DumpPeer row;
  Presence presence = Presence::unknown;
  UtcTime since;  ///< Online: the handshake that began the session. Offline: when it ended.
};

/// What a dump changed about one peer.
struct PeerChange {
  enum class Kind : std::uint8_t { added, online, offline, roamed, removed };
  enum class Reason : std::uint8_t {
    first_seen,         ///< added, and online when it was online at first sight
    handshake,          ///< online: a handshake was completed
    timeout,            ///< offline: no handshake for the threshold
    peer_recreated,     ///< offline: the kernel has a new object for the key, without a handshake
    endpoint_changed,   ///< roamed
    peer_removed,       ///< removed from its interface
    interface_removed,  ///< removed with its interface
  };

  Kind kind;
  Reason reason;
  InterfaceName interface;
  PeerState peer;                        ///< After the change; removed: as it was last.
  Endpoint previous_endpoint;            ///< roamed, and online at another endpoint than before.
  std::optional<UtcTime> session_began;  ///< Of the session that goes on, begins or ends here.
  UtcTime when;                          ///< When it happened, as far as the dump tells.
};

std::string_view to_text(PeerChange::Reason reason);

/// Who is there and who is online, by dumps alone.
class Roster {
 public:
  explicit Roster(std::chrono::seconds threshold) : threshold_(threshold) {}

  /// Takes a dump that was complete at `finished` and says what it changed, in the dump's order.
  /// An interface that it does not list is gone only when the next dump does not list it either
  /// (one dump's list of interfaces can be partial), and never while it is among the `unreadable`.
  std::vector<PeerChange> on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                                  UtcTime started);

  /// Puts back a peer as it was recorded; each once, before the first dump.
  void restore(const InterfaceName& interface, PeerState peer);

  /// When the first of the online peers reaches the threshold; nothing where nobody is online.
  std::optional<UtcTime> next_expiry() const { return next_expiry_; }

  /// Whether an interface was missing from the last dump and the next one has to confirm it.
  bool is_in_doubt() const;

  /// Calls `visit(interface, peer)` for every peer, in a stable order.
  template <typename Visit>
  void visit_peers(Visit visit) const {
    for (const auto& interface : interfaces_) {
      for (const auto& peer : interface.peers) visit(interface.name, peer);
    }
  }

  std::size_t size() const;

 private:
  struct InterfaceState {
    InterfaceName name;
    std::vector<PeerState> peers;
    bool missing = false;
    UtcTime missing_since{};
    bool listed = false;  // by the dump being taken
  };

  InterfaceState& interface_state(const InterfaceName& name);
  void reconcile(InterfaceState& state, const std::vector<DumpPeer>& rows);
  void reorder(InterfaceState& state, const std::vector<DumpPeer>& rows);
  void update(const InterfaceName& interface, PeerState& peer, const DumpPeer& row);
  void pass_over(const InterfaceName& interface, PeerState& peer, const DumpPeer& row);
  void change_presence(const InterfaceName& interface, PeerState& peer, const DumpPeer& row);
  void miss(InterfaceState& state, std::span<const InterfaceName> unreadable);
  void remove(const InterfaceName& interface, const PeerState& peer, PeerChange::Reason reason);
  void note_expiry(const PeerState& peer);

  std::chrono::seconds threshold_;
  std::vector<InterfaceState> interfaces_;
  std::optional<UtcTime> next_expiry_;

  // Of the dump being taken.
  UtcTime now_;
  std::vector<PeerChange> changes_;
};

}  // namespace wgaudit
