#include "presence/row_step.hpp"

#include <algorithm>
#include <utility>

#include "presence/row_rules.hpp"

namespace wgaudit {
namespace {

using Kind = PeerChange::Kind;

}  // namespace

RowStep::RowStep(DumpContext& context, RosterInterface& interface, PeerState& peer,
                 const DumpPeer& row, bool is_new_object)
    : context_(context),
      interface_(interface),
      peer_(peer),
      row_(row),
      before_(is_new_object ? without_counts(peer.row) : peer.row),
      is_new_object_(is_new_object) {}

void RowStep::take() {
  add_handshake();
  if (peer_.presence == Presence::unknown) return add_peer();
  // Where the removal was seen, two changes of the peer say so already.
  if (is_new_object_ && !is_removal(peer_.absence)) {
    context_.add_config(ConfigField::kernel_peer, interface_.name, row_.public_key, {}, {});
  }
  compare_rows(interface_.name, peer_.row, row_, context_.finished.utc, context_.changes.config);
  peer_.presence == Presence::online ? update_online() : update_offline();
}

void RowStep::add_peer() {
  // It was created since the dump before, and counted from 0.
  before_ = without_counts(row_);
  peer_.row = row_;
  set_expiry();
  const Instant& now = context_.finished;
  const bool online = context_.is_alive(peer_);
  peer_.presence = online ? Presence::online : Presence::offline;
  peer_.since = online ? UtcTime(row_.latest_handshake) : now.utc;
  peer_.offline_since = now.steady;
  context_.changes.peers.push_back(
      {Kind::added, ChangeReason::first_seen, interface_.name, peer_, {}, {}, now.utc});
  if (interface_.is_known) {
    context_.add_config(ConfigField::peer, interface_.name, row_.public_key, {},
                        to_text(row_.public_key));
  }
  // What a new peer of a known interface did before this dump is a session too.
  if (online || (interface_.seen && has_handshake(row_))) begin_session(ChangeReason::first_seen);
}

void RowStep::update_online() {
  // The row of a new object can lack the endpoint, which is no move: the session knows the last
  // one.
  const auto& endpoints = peer_.session->endpoints;
  const Endpoint previous = endpoints.empty() ? peer_.row.endpoint : endpoints.back().endpoint;
  account_row(set_expiry());
  peer_.row = row_;
  Absences absences(context_);
  if (context_.is_alive(peer_)) {
    peer_.absence.reset();
    if (previous == row_.endpoint) return;
    context_.changes.peers.push_back({Kind::roamed, ChangeReason::endpoint_changed, interface_.name,
                                      peer_, previous, peer_.since, context_.finished.utc});
  } else if (is_new_object_) {
    // The grace that already runs goes on, for another reason.
    if (peer_.absence) peer_.absence->reason = ChangeReason::peer_recreated;
    absences.start_absence(peer_, interface_.name,
                           {context_.finished, ChangeReason::peer_recreated});
  } else {
    absences.start_absence(peer_, interface_.name, context_.timeout_of(peer_));
  }
}

void RowStep::update_offline() {
  before_.endpoint = peer_.row.endpoint;
  peer_.row = row_;
  peer_.absence.reset();
  set_expiry();
  // A handshake that is too old already when a dump first shows it was a session all the same.
  if (is_another_handshake() && has_handshake(row_)) begin_session(ChangeReason::handshake);
}

/// Gives the row's handshake its place on the steady clock.
HandshakeTimes RowStep::set_expiry() {
  const auto before = is_new_object_ ? std::nullopt : context_.handshake_of(peer_);
  if (!has_handshake(row_)) {
    peer_.expires.reset();
  } else if (is_another_handshake() || !peer_.expires) {
    // By a wall clock that was set back, it can seem to lie in the future.
    SteadyTime handshake =
        std::min(context_.wall_clock.when(row_.latest_handshake), context_.finished.steady);
    // By one that was set forward, it can seem to lie before the dump that did not have it.
    const bool is_since_seen = interface_.seen && is_another_handshake() && !is_new_object_;
    if (is_since_seen) handshake = std::max(handshake, interface_.seen->steady - handshake_unit);
    peer_.expires = handshake + context_.limits.threshold;
  }
  return {before, context_.handshake_of(peer_)};
}

/// Takes the row into the accounts of a session that goes on.
void RowStep::account_row(const HandshakeTimes& shown) {
  Session& session = *peer_.session;
  // The id can have been proven only now, so that its lines of the begin are new here.
  if (LineNotes* const lines = notes()) {
    if (!session.initiator) session.initiator = initiator_of(*lines, session.began_steady);
    account_lines(session, *lines, shown, context_.started.steady);
  }
  const UtcTime now = context_.finished.utc;
  const auto& last_seen = interface_.seen;
  const UtcTime seen = last_seen ? context_.wall_time(last_seen->steady, last_seen->utc)
                                 : session.last_activity.not_after;
  const UtcTime handshake =
      shown.now ? context_.wall_time(*shown.now, row_.latest_handshake) : UtcTime{};
  account(session, before_, row_, {std::min(seen, now), now}, handshake);
}

void RowStep::begin_session(ChangeReason reason) {
  Session session = new_session(reason == ChangeReason::first_seen && !interface_.seen);
  // The handshake is cut to the second: it was not before the state that it ended.
  const bool was_offline = peer_.presence == Presence::offline && reason == ChangeReason::handshake;
  if (was_offline && session.began_steady < peer_.offline_since) {
    session.began_steady = peer_.offline_since;
    session.began = context_.wall_time(peer_.offline_since, peer_.since);
  }
  session.last_activity = {session.began, std::max(session.began, context_.finished.utc)};
  note_endpoint(session, row_.endpoint, session.began);
  if (LineNotes* const lines = notes()) {
    session.initiator = initiator_of(*lines, session.began_steady);
    account_lines(session, *lines, {{}, context_.handshake_of(peer_)}, context_.started.steady);
  }
  peer_.presence = Presence::online;
  peer_.since = session.began;
  peer_.absence.reset();
  peer_.session = std::move(session);
  context_.changes.peers.push_back(
      {Kind::online, reason, interface_.name, peer_, before_.endpoint, peer_.since, peer_.since});
  // The handshake was too old already: the session is over as soon as it is known.
  if (context_.is_alive(peer_)) return;
  Absences(context_).start_absence(peer_, interface_.name, context_.timeout_of(peer_));
}

/// A session that is under way at first sight counts from there.
Session RowStep::new_session(bool at_first_sight) const {
  const DumpPeer& base = at_first_sight ? row_ : before_;
  Session session;
  session.began_steady = *context_.handshake_of(peer_);
  session.began = context_.wall_time(session.began_steady, row_.latest_handshake);
  session.complete = !at_first_sight;
  session.rx_bytes = row_.rx_bytes - base.rx_bytes;
  session.tx_bytes = row_.tx_bytes - base.tx_bytes;
  return session;
}

void RowStep::add_handshake() {
  // The first dump of an interface may show a handshake of long ago.
  if (!interface_.seen || !has_handshake(row_) || !is_another_handshake()) return;
  context_.changes.handshakes.push_back(
      {interface_.name, row_.public_key, row_.endpoint, row_.latest_handshake});
}

bool RowStep::is_another_handshake() const {
  return row_.latest_handshake != before_.latest_handshake;
}

LineNotes* RowStep::notes() {
  const auto found = interface_.notes.find(row_.public_key);
  return found == interface_.notes.end() ? nullptr : &found->second;
}

}  // namespace wgaudit
