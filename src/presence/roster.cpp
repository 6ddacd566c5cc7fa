#include "wgaudit/presence/roster.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace wgaudit {
namespace {

using Kind = PeerChange::Kind;
using Reason = PeerChange::Reason;

constexpr std::array<std::string_view, 3> presence_names = {"unknown", "offline", "online"};

// Interfaces that come and go make both the list partial and the lines that ask for dumps: two that
// follow at once confirm nothing.
constexpr std::chrono::milliseconds confirm_time{250};

bool same_keys(const std::vector<PeerState>& peers, const std::vector<DumpPeer>& rows) {
  return std::equal(peers.begin(), peers.end(), rows.begin(), rows.end(),
                    [](const PeerState& peer, const DumpPeer& row) {
                      return peer.row.public_key == row.public_key;
                    });
}

}  // namespace

std::string_view to_text(Presence presence) {
  return presence_names[static_cast<std::size_t>(presence)];
}

std::optional<Presence> parse_presence(std::string_view text) {
  const auto found = std::find(presence_names.begin(), presence_names.end(), text);
  if (found == presence_names.end()) return std::nullopt;
  return static_cast<Presence>(found - presence_names.begin());
}

std::string_view to_text(Reason reason) {
  switch (reason) {
    case Reason::first_seen:
      return "first_seen";
    case Reason::handshake:
      return "handshake";
    case Reason::timeout:
      return "timeout";
    case Reason::peer_recreated:
      return "peer_recreated";
    case Reason::endpoint_changed:
      return "endpoint_changed";
    case Reason::peer_removed:
      return "peer_removed";
    case Reason::interface_removed:
      return "interface_removed";
  }
  __builtin_unreachable();
}

std::vector<PeerChange> Roster::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                                        UtcTime started) {
  now_ = started;
  next_expiry_.reset();
  for (auto& state : interfaces_) state.listed = false;
  for (const DumpInterface& interface : dump) {
    InterfaceState& state = interface_state(interface.name);
    state.listed = true;
    state.missing = false;
    reconcile(state, interface.peers);
  }
  for (auto& state : interfaces_) {
    if (!state.listed) miss(state, unreadable);
  }
  std::erase_if(interfaces_, [](const auto& state) { return !state.listed && !state.missing; });
  return std::exchange(changes_, {});
}

void Roster::restore(const InterfaceName& interface, PeerState peer) {
  interface_state(interface).peers.push_back(std::move(peer));
}

bool Roster::is_in_doubt() const {
  return std::any_of(interfaces_.begin(), interfaces_.end(),
                     [](const auto& state) { return state.missing; });
}

std::size_t Roster::size() const {
  std::size_t count = 0;
  for (const auto& interface : interfaces_) count += interface.peers.size();
  return count;
}

Roster::InterfaceState& Roster::interface_state(const InterfaceName& name) {
  const auto found = std::find_if(interfaces_.begin(), interfaces_.end(),
                                  [&](const auto& state) { return state.name == name; });
  if (found != interfaces_.end()) return *found;
  interfaces_.push_back({.name = name, .peers = {}});
  return interfaces_.back();
}

void Roster::reconcile(InterfaceState& state, const std::vector<DumpPeer>& rows) {
  if (!same_keys(state.peers, rows)) reorder(state, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    update(state.name, state.peers[i], rows[i]);
    note_expiry(state.peers[i]);
  }
}

/// Brings the peers into the order of the rows: who is not listed is removed, who is new is
/// unknown.
void Roster::reorder(InterfaceState& state, const std::vector<DumpPeer>& rows) {
  std::unordered_map<PublicKey, std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) places.emplace(rows[i].public_key, i);
  std::vector<PeerState> ordered(rows.size());
  for (PeerState& peer : state.peers) {
    const auto place = places.find(peer.row.public_key);
    if (place == places.end()) {
      remove(state.name, peer, Reason::peer_removed);
    } else {
      ordered[place->second] = std::move(peer);
    }
  }
  state.peers = std::move(ordered);
}

void Roster::update(const InterfaceName& interface, PeerState& peer, const DumpPeer& row) {
  const bool online = is_online(row.latest_handshake, now_, threshold_);
  if ((peer.presence == Presence::online) == online && peer.presence != Presence::unknown) {
    if (!online && row.latest_handshake > peer.row.latest_handshake) {
      return pass_over(interface, peer, row);
    }
    const Endpoint previous = peer.row.endpoint;
    if (peer.row == row) return;
    peer.row = row;
    if (!online || previous == row.endpoint) return;
    changes_.push_back(
        {Kind::roamed, Reason::endpoint_changed, interface, peer, previous, peer.since, now_});
    return;
  }
  change_presence(interface, peer, row);
}

/// A whole session between two dumps: its handshake is there, and already too old.
void Roster::pass_over(const InterfaceName& interface, PeerState& peer, const DumpPeer& row) {
  const Endpoint previous = std::exchange(peer.row, row).endpoint;
  const UtcTime began = row.latest_handshake;
  peer.presence = Presence::online;
  peer.since = began;
  changes_.push_back({Kind::online, Reason::handshake, interface, peer, previous, began, began});
  peer.presence = Presence::offline;
  peer.since = began + threshold_;
  changes_.push_back({Kind::offline, Reason::timeout, interface, peer, {}, began, peer.since});
}

void Roster::change_presence(const InterfaceName& interface, PeerState& peer, const DumpPeer& row) {
  const bool online = is_online(row.latest_handshake, now_, threshold_);
  const bool first_seen = peer.presence == Presence::unknown;
  const bool recreated = row.latest_handshake < peer.row.latest_handshake;
  const Endpoint previous = peer.row.endpoint;
  const UtcTime before = peer.since;
  peer.row = row;
  peer.presence = online ? Presence::online : Presence::offline;
  const UtcTime handshake = row.latest_handshake;
  const UtcTime expired = std::min(now_, handshake + threshold_);
  if (online) {
    // The handshake is cut to the second: it was not before the state that it ended.
    peer.since = first_seen ? handshake : std::max(handshake, before);
  } else {
    peer.since = recreated || first_seen ? now_ : expired;
  }
  if (first_seen)
    changes_.push_back({Kind::added, Reason::first_seen, interface, peer, {}, {}, now_});
  if (online) {
    const Reason reason = first_seen ? Reason::first_seen : Reason::handshake;
    changes_.push_back({Kind::online, reason, interface, peer, previous, peer.since, peer.since});
  } else if (!first_seen) {
    const Reason reason = recreated ? Reason::peer_recreated : Reason::timeout;
    changes_.push_back({Kind::offline, reason, interface, peer, {}, before, peer.since});
  }
}

void Roster::miss(InterfaceState& state, std::span<const InterfaceName> unreadable) {
  if (std::find(unreadable.begin(), unreadable.end(), state.name) != unreadable.end()) {
    state.listed = true;
    state.missing = false;
    for (const PeerState& peer : state.peers) note_expiry(peer);
    return;
  }
  if (!std::exchange(state.missing, true)) state.missing_since = now_;
  if (now_ - state.missing_since < confirm_time) {
    for (const PeerState& peer : state.peers) note_expiry(peer);
    return;
  }
  state.missing = false;
  for (const PeerState& peer : state.peers) remove(state.name, peer, Reason::interface_removed);
}

void Roster::remove(const InterfaceName& interface, const PeerState& peer, Reason reason) {
  const bool online = peer.presence == Presence::online;
  const auto session = online ? std::optional(peer.since) : std::nullopt;
  changes_.push_back({Kind::removed, reason, interface, peer, {}, session, now_});
}

void Roster::note_expiry(const PeerState& peer) {
  if (peer.presence != Presence::online) return;
  const UtcTime expiry = peer.row.latest_handshake + threshold_;
  if (expiry <= now_) return;  // its interface could not be read: only the interval asks again
  if (!next_expiry_ || expiry < *next_expiry_) next_expiry_ = expiry;
}

}  // namespace wgaudit
