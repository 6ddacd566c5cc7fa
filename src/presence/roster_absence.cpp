// Who is not there any more, and from when that is told.

#include <algorithm>
#include <utility>

#include "presence/roster_rules.hpp"

namespace wgaudit {
namespace {

using Kind = PeerChange::Kind;

// Interfaces that come and go make both the list partial and the lines that ask for dumps: two that
// follow at once confirm nothing.
constexpr std::chrono::milliseconds confirm_time{250};

}  // namespace

bool Roster::is_alive(const PeerState& peer) const {
  return peer.expires && started_.steady < *peer.expires;
}

/// Whether the row leaves the peer as it is, and so does the time; when that ends is noted.
bool Roster::is_unchanged(const PeerState& peer, const DumpPeer& row) {
  if (peer.presence == Presence::unknown || peer.absence) return false;
  if (peer.presence == Presence::online && !is_alive(peer)) return false;
  if (peer.row != row) return false;
  note_expiry(peer);
  return true;
}

/// Online without any handshake: the kernel's object is a new one since this dump.
Absence Roster::expiry_of(const PeerState& peer) const {
  if (!peer.expires) return {now_, ChangeReason::peer_recreated};
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
  peer.offline_since = absence.since.steady;
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
  vanish(state);
}

/// Its interface is no more. What comes under that name is another.
void Roster::vanish(Interface& state) {
  state.missing = false;
  if (state.is_known) {
    note_config(ConfigField::interface, state, {}, std::string(state.name.view()), {});
  }
  for (PeerState& peer : std::exchange(state.peers, {})) {
    leave(state, std::move(peer), ChangeReason::interface_removed);
  }
  state.gone = true;
  state.settings.reset();
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

void Roster::note_expiries(const std::vector<PeerState>& peers) {
  for (const PeerState& peer : peers) note_expiry(peer);
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

}  // namespace wgaudit
