#include "wgaudit/presence/roster.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

using Kind = PeerChange::Kind;
using std::chrono::seconds;

// latest-handshake is cut to the second.
constexpr seconds handshake_unit{1};

// Interfaces that come and go make both the list partial and the lines that ask for dumps: two that
// follow at once confirm nothing.
constexpr std::chrono::milliseconds confirm_time{250};

bool same_keys(const std::vector<PeerState>& peers, const std::vector<DumpPeer>& rows) {
  return std::equal(peers.begin(), peers.end(), rows.begin(), rows.end(),
                    [](const PeerState& peer, const DumpPeer& row) {
                      return peer.row.public_key == row.public_key;
                    });
}

bool has_handshake(const DumpPeer& row) {
  return row.latest_handshake.time_since_epoch().count() > 0;
}

bool is_removal(const std::optional<Absence>& absence) {
  return absence && (absence->reason == ChangeReason::peer_removed ||
                     absence->reason == ChangeReason::interface_removed);
}

/// As of a kernel object that has just been created. The endpoint stays: that an object begins
/// without one is no move.
DumpPeer without_counts(const DumpPeer& row) {
  DumpPeer fresh;
  fresh.public_key = row.public_key;
  fresh.endpoint = row.endpoint;
  return fresh;
}

}  // namespace

RosterChanges Roster::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                              Instant started, Instant finished) {
  started_ = started;
  now_ = finished;
  next_expiry_.reset();
  for (auto& state : interfaces_) state.listed = false;
  for (const DumpInterface& interface : dump) {
    Interface& state = interface_of(interface.name);
    compare_interface(state, interface);
    reconcile(state, interface);
  }
  for (auto& state : interfaces_) {
    if (!state.listed) miss(state, unreadable);
    end_parked(state);
    note_expiries(state);
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
  interface_of(interface).peers.push_back(std::move(peer));
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
  std::size_t first_new = same_keys(state.peers, rows) ? rows.size() : reorder(state, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    PeerState& peer = state.peers[i];
    const bool known = peer.presence != Presence::unknown;
    const bool fell = known && counts_less(state, peer.row, rows[i]);
    // Without an earlier dump (peers were restored) nothing follows from the order.
    if (fell && state.seen) first_new = std::min(first_new, i);
    const bool is_new_object =
        known && (fell || is_removal(peer.absence) || (state.seen && i >= first_new));
    RowView view{state, rows[i], is_new_object ? without_counts(peer.row) : peer.row,
                 is_new_object};
    update(peer, view);
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
/// a wall clock that was set back; then it lies between the two dumps by today's clock.
bool Roster::counts_less(const Interface& state, const DumpPeer& before,
                         const DumpPeer& row) const {
  if (row.rx_bytes < before.rx_bytes || row.tx_bytes < before.tx_bytes) return true;
  if (row.latest_handshake >= before.latest_handshake) return false;
  if (!has_handshake(row) || !state.seen) return true;
  const UtcTime seen = now_.utc - (now_.steady - state.seen->steady);
  return row.latest_handshake + handshake_unit < seen;
}

void Roster::update(PeerState& peer, RowView& view) {
  if (peer.presence == Presence::unknown) return meet(peer, view);
  const bool online = peer.presence == Presence::online;
  const bool is_settled = !peer.absence && (!online || is_alive(peer));
  if (is_settled && !view.is_new_object && peer.row == view.row) return;  // most rows
  if (view.is_new_object && !is_removal(peer.absence)) {
    note_config(ConfigField::kernel_peer, view.interface, view.row.public_key, {}, {});
  }
  compare_rows(view.interface.name, peer.row, view.row, now_.utc, changes_.config);
  online ? update_online(peer, view) : update_offline(peer, view);
}

void Roster::meet(PeerState& peer, RowView& view) {
  const auto& interface = view.interface;
  view.before = without_counts(view.row);
  peer.row = view.row;
  set_expiry(peer, view);
  const bool online = is_alive(peer);
  peer.presence = online ? Presence::online : Presence::offline;
  peer.since = online ? UtcTime(view.row.latest_handshake) : now_.utc;
  changes_.peers.push_back(
      {Kind::added, ChangeReason::first_seen, interface.name, peer, {}, {}, now_.utc});
  if (interface.is_known) {
    note_config(ConfigField::peer, interface, view.row.public_key, {},
                to_text(view.row.public_key));
  }
  // What a new peer of a known interface did before this dump is a session too.
  if (online || (interface.seen && has_handshake(view.row))) {
    begin_session(peer, view, ChangeReason::first_seen);
  }
}

void Roster::update_online(PeerState& peer, RowView& view) {
  Session& session = *peer.session;
  const Endpoint previous =
      session.endpoints.empty() ? peer.row.endpoint : session.endpoints.back().endpoint;
  if (const auto notes = view.interface.notes.find(view.row.public_key);
      notes != view.interface.notes.end()) {
    if (!session.initiator) session.initiator = initiator_of(notes->second, session.began);
    account_lines(session, notes->second, view.before, view.row, started_.utc);
  }
  const auto& last_seen = view.interface.seen;
  const UtcTime seen = last_seen ? last_seen->utc : session.last_activity.not_after;
  account(session, view.before, view.row, {std::min(seen, now_.utc), now_.utc});
  peer.row = view.row;
  set_expiry(peer, view);
  if (is_alive(peer)) {
    peer.absence.reset();
    if (previous == view.row.endpoint) return;
    changes_.peers.push_back({Kind::roamed, ChangeReason::endpoint_changed, view.interface.name,
                              peer, previous, peer.since, now_.utc});
  } else if (view.is_new_object) {
    if (peer.absence) peer.absence->reason = ChangeReason::peer_recreated;
    be_absent(peer, view.interface.name, {now_, ChangeReason::peer_recreated});
  } else {
    be_absent(peer, view.interface.name, expiry_of(peer));
  }
}

void Roster::update_offline(PeerState& peer, RowView& view) {
  view.before.endpoint = peer.row.endpoint;
  peer.row = view.row;
  peer.absence.reset();
  set_expiry(peer, view);
  // One that is too old already when a dump first shows it was a session all the same.
  const bool is_later = view.row.latest_handshake > view.before.latest_handshake;
  if (is_alive(peer) || is_later) begin_session(peer, view, ChangeReason::handshake);
}

/// A handshake that the dump before did not have is no older than that dump; one in the future, by
/// a clock that was set back, is no younger than now.
void Roster::set_expiry(PeerState& peer, const RowView& view) const {
  if (!has_handshake(view.row)) return peer.expires.reset();
  if (peer.expires && view.row.latest_handshake == view.before.latest_handshake) return;
  UtcTime handshake = std::min(UtcTime(view.row.latest_handshake), now_.utc);
  const auto& seen = view.interface.seen;
  if (seen && view.row.latest_handshake > view.before.latest_handshake && !view.is_new_object) {
    handshake = std::max(handshake, now_.utc - (now_.steady - seen->steady) - handshake_unit);
  }
  peer.expires = now_.steady + (handshake + threshold_ - now_.utc);
}

void Roster::begin_session(PeerState& peer, RowView& view, ChangeReason reason) {
  const bool at_first_sight = reason == ChangeReason::first_seen && !view.interface.seen;
  const DumpPeer& base = at_first_sight ? view.row : view.before;
  Session session;
  session.began_steady = *peer.expires - threshold_;
  session.began = wall_time(session.began_steady, view.row.latest_handshake);
  // The handshake is cut to the second: it was not before the state that it ended.
  if (peer.presence == Presence::offline && reason == ChangeReason::handshake) {
    session.began = std::max(session.began, peer.since);
  }
  session.complete = !at_first_sight;
  session.rx_bytes = view.row.rx_bytes - base.rx_bytes;
  session.tx_bytes = view.row.tx_bytes - base.tx_bytes;
  session.last_activity = {session.began, std::max(session.began, now_.utc)};
  note_endpoint(session, view.row.endpoint, session.began);
  const auto notes = view.interface.notes.find(view.row.public_key);
  if (notes != view.interface.notes.end()) {
    session.initiator = initiator_of(notes->second, session.began);
    account_lines(session, notes->second, view.before, view.row, started_.utc);
  }
  peer.presence = Presence::online;
  peer.since = session.began;
  peer.absence.reset();
  peer.session = std::move(session);
  changes_.peers.push_back({Kind::online, reason, view.interface.name, peer, view.before.endpoint,
                            peer.since, peer.since});
  if (!is_alive(peer)) be_absent(peer, view.interface.name, expiry_of(peer));
}

/// Where no handshake is known to age, it has been absent since this dump.
Absence Roster::expiry_of(const PeerState& peer) const {
  if (!peer.expires) return {now_, ChangeReason::timeout};
  const UtcTime expected = peer.row.latest_handshake + threshold_;
  return {{*peer.expires, wall_time(*peer.expires, expected)}, ChangeReason::timeout};
}

void Roster::be_absent(PeerState& peer, const InterfaceName& interface, const Absence& absence) {
  if (!peer.absence) peer.absence = absence;
  const bool is_over = started_.steady >= peer.absence->since.steady + grace_;
  if (grace_.count() == 0 || is_over) end_online(peer, interface);
}

void Roster::end_online(PeerState& peer, const InterfaceName& interface) {
  const Absence absence = *std::exchange(peer.absence, std::nullopt);
  const UtcTime began = peer.since;
  EndedSession ended = end_session(*std::exchange(peer.session, std::nullopt), absence.since);
  peer.presence = Presence::offline;
  peer.since = absence.since.utc;
  changes_.peers.push_back(
      {Kind::offline, absence.reason, interface, peer, {}, began, peer.since, std::move(ended)});
}

void Roster::miss(Interface& state, std::span<const InterfaceName> unreadable) {
  if (state.gone) return;
  if (std::find(unreadable.begin(), unreadable.end(), state.name) != unreadable.end()) {
    state.listed = true;
    state.missing = false;
    return;
  }
  if (!std::exchange(state.missing, true)) state.missing_since = started_.steady;
  if (started_.steady - state.missing_since < confirm_time) return;
  state.missing = false;
  note_config(ConfigField::interface, state, {}, std::string(state.name.view()), {});
  for (PeerState& peer : std::exchange(state.peers, {})) {
    leave(state, std::move(peer), ChangeReason::interface_removed);
  }
  state.gone = true;
  state.settings.reset();
  state.seen.reset();
  state.is_known = false;
}

void Roster::leave(Interface& state, PeerState peer, ChangeReason reason) {
  if (reason == ChangeReason::peer_removed) {
    note_config(ConfigField::peer, state, peer.row.public_key, to_text(peer.row.public_key), {});
  }
  peer.absence = Absence{now_, reason};
  if (grace_.count() == 0) return remove(state, peer);
  state.parked.push_back(std::move(peer));
}

void Roster::end_parked(Interface& state) {
  std::erase_if(state.parked, [&](PeerState& peer) {
    if (started_.steady < peer.absence->since.steady + grace_) return false;
    remove(state, peer);
    return true;
  });
}

void Roster::remove(Interface& state, const PeerState& peer) {
  const Absence& absence = *peer.absence;
  PeerChange change{Kind::removed, absence.reason, state.name, peer, {}, {}, absence.since.utc, {}};
  if (peer.session) {
    change.session_began = peer.since;
    change.ended = end_session(*peer.session, absence.since);
  }
  state.notes.erase(peer.row.public_key);
  changes_.peers.push_back(std::move(change));
}

void Roster::note_expiries(const Interface& state) {
  for (const PeerState& peer : state.peers) note_expiry(peer);
  for (const PeerState& peer : state.parked) note_expiry(peer);
}

void Roster::note_expiry(const PeerState& peer) {
  if (peer.presence != Presence::online && !peer.absence) return;
  if (!peer.absence && !peer.expires) return;
  const SteadyTime expiry = (peer.absence ? peer.absence->since.steady : *peer.expires) + grace_;
  // Past: its interface could not be read, and only the interval asks again; or this dump was
  // started before, and the next one tells.
  if (expiry <= started_.steady) return;
  if (!next_expiry_ || expiry < *next_expiry_) next_expiry_ = expiry;
}

void Roster::note_config(ConfigField field, const Interface& state,
                         const std::optional<PublicKey>& peer, std::optional<std::string> before,
                         std::optional<std::string> after) {
  changes_.config.push_back(
      {field, state.name, peer, std::move(before), std::move(after), now_.utc});
}

bool Roster::is_alive(const PeerState& peer) const {
  return peer.expires && started_.steady < *peer.expires;
}

/// `time` by the wall clock of now: `expected`, unless that clock was set in between.
UtcTime Roster::wall_time(SteadyTime time, UtcTime expected) const {
  const UtcTime wall = now_.utc + (time - now_.steady);
  const auto difference = wall - expected;
  return difference < seconds(1) && difference > seconds(-1) ? expected : wall;
}

}  // namespace wgaudit
