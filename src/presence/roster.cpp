#include "wgaudit/presence/roster.hpp"

#include <algorithm>
#include <utility>

#include "presence/roster_rules.hpp"

namespace wgaudit {
namespace {

bool same_keys(std::span<const PeerState> peers, std::span<const DumpPeer> rows) {
  return std::equal(peers.begin(), peers.end(), rows.begin(), rows.end(),
                    [](const PeerState& peer, const DumpPeer& row) {
                      return peer.row.public_key == row.public_key;
                    });
}

}  // namespace

RosterChanges Roster::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                              Instant started, Instant finished, const WallClock& wall_clock) {
  started_ = started;
  now_ = finished;
  wall_clock_ = &wall_clock;
  next_expiry_.reset();
  for (auto& state : interfaces_) state.listed = false;
  follow_renames(dump, unreadable);
  for (const DumpInterface& interface : dump) {
    Interface& state = interface_of(interface.name);
    if (is_created_anew(state, interface)) vanish(state);
    compare_interface(state, interface);
    reconcile(state, interface);
  }
  for (auto& state : interfaces_) {
    if (!state.listed) {
      miss(state, unreadable);
      note_expiries(state.peers);
    }
    end_parked(state);
    note_expiries(state.parked);
  }
  std::erase_if(interfaces_, [](const auto& state) {
    return !state.listed && !state.missing && state.parked.empty();
  });
  knows_interfaces_ = true;
  return std::exchange(changes_, {});
}

LineNotes* Roster::notes_of(const InterfaceName& interface, const PublicKey& key) {
  const auto found = std::find_if(interfaces_.begin(), interfaces_.end(),
                                  [&](const auto& state) { return state.name == interface; });
  return found == interfaces_.end() ? nullptr : &found->notes[key];
}

void Roster::restore(const InterfaceName& interface, PeerState peer) {
  Interface& state = interface_of(interface);
  if (!is_removal(peer.absence)) return state.peers.push_back(std::move(peer));
  if (peer.absence->reason == ChangeReason::interface_removed) {
    state.gone = true;
    knows_interfaces_ = true;  // it was told that this one went
  }
  state.parked.push_back(std::move(peer));
}

void Roster::restore(const InterfaceState& interface) {
  Interface& state = interface_of(interface.name);
  state.settings = interface.settings;
  state.is_known = true;
  knows_interfaces_ = true;
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

std::size_t Roster::online_count() const {
  std::ptrdiff_t count = 0;
  for (const auto& interface : interfaces_) {
    count += std::ranges::count(interface.peers, Presence::online, &PeerState::presence);
  }
  return static_cast<std::size_t>(count);
}

Roster::Interface& Roster::interface_of(const InterfaceName& name) {
  const auto found = std::find_if(interfaces_.begin(), interfaces_.end(),
                                  [&](const auto& state) { return state.name == name; });
  if (found != interfaces_.end()) return *found;
  interfaces_.emplace_back();
  interfaces_.back().name = name;
  return interfaces_.back();
}

void Roster::compare_interface(Interface& state, const DumpInterface& interface) {
  const InterfaceSettings settings{interface.public_key, interface.listen_port, interface.fwmark};
  if (knows_interfaces_ && !state.is_known) {
    note_config(ConfigField::interface, state, {}, {}, std::string(state.name.view()));
  } else if (state.settings) {
    compare_settings(state.name, *state.settings, settings, now_.utc, changes_.config);
  }
  if (state.settings != settings) changes_.interfaces.push_back({state.name, settings});
  state.settings = settings;
  state.listed = true;
  state.missing = false;
  state.gone = false;
}

void Roster::reconcile(Interface& state, const DumpInterface& interface) {
  const auto& rows = interface.peers;
  // Where nothing changed, once over the peers is all.
  std::size_t same = 0;
  const std::size_t count = std::min(state.peers.size(), rows.size());
  while (same < count && is_unchanged(state.peers[same], rows[same])) ++same;
  const bool is_in_order =
      same_keys(std::span(state.peers).subspan(same), std::span(rows).subspan(same));
  std::size_t first_new = is_in_order ? rows.size() : reorder(state, rows);
  for (std::size_t i = same; i < rows.size(); ++i) {
    PeerState& peer = state.peers[i];
    const bool is_behind_new = state.seen && i >= first_new;
    if (!is_behind_new && is_unchanged(peer, rows[i])) continue;
    const bool known = peer.presence != Presence::unknown;
    const bool fell = known && counts_less(state, peer.row, rows[i]);
    // Without an earlier dump (peers were restored) nothing follows from the order.
    if (fell && state.seen) first_new = std::min(first_new, i);
    const bool is_new_object =
        known && (fell || is_removal(peer.absence) || (state.seen && i >= first_new));
    RowView view{state, rows[i], is_new_object ? without_counts(peer.row) : peer.row,
                 is_new_object};
    update(peer, view);
    note_expiry(peer);
  }
  state.seen = started_;
  state.is_known = true;
}

/// Brings the peers into the order of the rows: who is not listed leaves, who is new is unknown.
/// Returns the first row that is a new object by its place.
std::size_t Roster::reorder(Interface& state, const std::vector<DumpPeer>& rows) {
  std::unordered_map<PublicKey, std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) places.emplace(rows[i].public_key, i);
  std::vector<PeerState> ordered(rows.size());
  std::vector<std::size_t> old_places(rows.size(), SIZE_MAX);
  std::size_t old_place = 0;
  for (PeerState& peer : std::exchange(state.peers, {})) {
    const auto place = places.find(peer.row.public_key);
    if (place == places.end()) {
      leave(state, std::move(peer), ChangeReason::peer_removed);
    } else {
      old_places[place->second] = old_place++;
      ordered[place->second] = std::move(peer);
    }
  }
  std::size_t first_new = 0;
  while (first_new < rows.size() && old_places[first_new] != SIZE_MAX &&
         (first_new == 0 || old_places[first_new] > old_places[first_new - 1])) {
    ++first_new;
  }
  std::erase_if(state.parked, [&](PeerState& peer) {
    const auto place = places.find(peer.row.public_key);
    if (place == places.end()) return false;
    if (peer.absence->reason == ChangeReason::peer_removed) {
      note_config(ConfigField::peer, state, peer.row.public_key, {}, to_text(peer.row.public_key));
    }
    ordered[place->second] = std::move(peer);
    return true;
  });
  state.peers = std::move(ordered);
  return first_new;
}

/// Whether the kernel's object cannot be the one from before. A lower handshake can also come from
/// a wall clock that was set back; then it is the later one all the same.
bool Roster::counts_less(const Interface& state, const DumpPeer& before,
                         const DumpPeer& row) const {
  if (row.rx_bytes < before.rx_bytes || row.tx_bytes < before.tx_bytes) return true;
  if (row.latest_handshake >= before.latest_handshake) return false;
  if (!has_handshake(row)) return true;
  const SteadyTime known =
      state.seen ? state.seen->steady : wall_clock_->when(before.latest_handshake);
  return wall_clock_->when(row.latest_handshake) + handshake_unit < known;
}

void Roster::note_config(ConfigField field, const Interface& state,
                         const std::optional<PublicKey>& peer, std::optional<std::string> before,
                         std::optional<std::string> after) {
  changes_.config.push_back(
      {field, state.name, peer, std::move(before), std::move(after), now_.utc});
}

}  // namespace wgaudit
