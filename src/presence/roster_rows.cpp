// What a row of a dump says of its peer.

#include <algorithm>
#include <utility>

#include "presence/roster_rules.hpp"

namespace wgaudit {
namespace {

using Kind = PeerChange::Kind;
using std::chrono::seconds;

}  // namespace

void Roster::update(PeerState& peer, RowView& view) {
  note_handshake(view);
  if (peer.presence == Presence::unknown) return meet(peer, view);
  if (view.is_new_object && !is_removal(peer.absence)) {
    note_config(ConfigField::kernel_peer, view.interface, view.row.public_key, {}, {});
  }
  compare_rows(view.interface.name, peer.row, view.row, now_.utc, changes_.config);
  const bool online = peer.presence == Presence::online;
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
  peer.offline_since = now_.steady;
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
  const HandshakeTimes shown = set_expiry(peer, view);
  account_row(session, view, shown);
  peer.row = view.row;
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
  const bool is_another = view.row.latest_handshake != view.before.latest_handshake;
  if (is_another && has_handshake(view.row)) begin_session(peer, view, ChangeReason::handshake);
}

void Roster::note_handshake(const RowView& view) {
  const DumpPeer& row = view.row;
  const bool is_another = row.latest_handshake != view.before.latest_handshake;
  if (!view.interface.seen || !has_handshake(row) || !is_another) return;
  changes_.handshakes.push_back(
      {view.interface.name, row.public_key, row.endpoint, row.latest_handshake});
}

/// Takes the row into the accounts of a session that goes on.
void Roster::account_row(Session& session, RowView& view, const HandshakeTimes& shown) const {
  if (const auto notes = view.interface.notes.find(view.row.public_key);
      notes != view.interface.notes.end()) {
    if (!session.initiator) session.initiator = initiator_of(notes->second, session.began_steady);
    account_lines(session, notes->second, shown, started_.steady);
  }
  const auto& last_seen = view.interface.seen;
  const UtcTime seen =
      last_seen ? wall_time(last_seen->steady, last_seen->utc) : session.last_activity.not_after;
  const UtcTime handshake =
      shown.now ? wall_time(*shown.now, view.row.latest_handshake) : UtcTime{};
  account(session, view.before, view.row, {std::min(seen, now_.utc), now_.utc}, handshake);
}

std::optional<SteadyTime> Roster::handshake_of(const PeerState& peer) const {
  if (!peer.expires) return std::nullopt;
  return *peer.expires - threshold_;
}

/// Gives the row's handshake its place on the steady clock.
HandshakeTimes Roster::set_expiry(PeerState& peer, const RowView& view) const {
  const auto before = view.is_new_object ? std::nullopt : handshake_of(peer);
  const bool is_another = view.row.latest_handshake != view.before.latest_handshake;
  if (!has_handshake(view.row)) {
    peer.expires.reset();
  } else if (is_another || !peer.expires) {
    SteadyTime handshake = std::min(wall_clock_->when(view.row.latest_handshake), now_.steady);
    const auto& seen = view.interface.seen;
    const bool is_since_seen = seen && is_another && !view.is_new_object;
    if (is_since_seen) handshake = std::max(handshake, seen->steady - handshake_unit);
    peer.expires = handshake + threshold_;
  }
  return {before, handshake_of(peer)};
}

void Roster::begin_session(PeerState& peer, RowView& view, ChangeReason reason) {
  const bool at_first_sight = reason == ChangeReason::first_seen && !view.interface.seen;
  const DumpPeer& base = at_first_sight ? view.row : view.before;
  Session session;
  session.began_steady = *peer.expires - threshold_;
  session.began = wall_time(session.began_steady, view.row.latest_handshake);
  // The handshake is cut to the second: it was not before the state that it ended.
  const bool was_offline = peer.presence == Presence::offline && reason == ChangeReason::handshake;
  if (was_offline && session.began_steady < peer.offline_since) {
    session.began_steady = peer.offline_since;
    session.began = wall_time(peer.offline_since, peer.since);
  }
  session.complete = !at_first_sight;
  session.rx_bytes = view.row.rx_bytes - base.rx_bytes;
  session.tx_bytes = view.row.tx_bytes - base.tx_bytes;
  session.last_activity = {session.began, std::max(session.began, now_.utc)};
  note_endpoint(session, view.row.endpoint, session.began);
  const auto notes = view.interface.notes.find(view.row.public_key);
  if (notes != view.interface.notes.end()) {
    session.initiator = initiator_of(notes->second, session.began_steady);
    account_lines(session, notes->second, {{}, handshake_of(peer)}, started_.steady);
  }
  peer.presence = Presence::online;
  peer.since = session.began;
  peer.absence.reset();
  peer.session = std::move(session);
  changes_.peers.push_back({Kind::online, reason, view.interface.name, peer, view.before.endpoint,
                            peer.since, peer.since});
  if (!is_alive(peer)) be_absent(peer, view.interface.name, expiry_of(peer));
}

/// `time` by the wall clock of now: `expected`, unless that clock was set in between.
UtcTime Roster::wall_time(SteadyTime time, UtcTime expected) const {
  const UtcTime wall = now_.utc + (time - now_.steady);
  const auto difference = wall - expected;
  return difference < seconds(1) && difference > seconds(-1) ? expected : wall;
}

}  // namespace wgaudit
