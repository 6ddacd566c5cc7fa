#include "presence/absences.hpp"

#include <utility>

namespace wgaudit {

void Absences::start_absence(PeerState& peer, const InterfaceName& interface,
                             const Absence& absence) {
  if (!peer.absence) peer.absence = absence;
  const bool has_grace = context_.limits.grace.count() != 0;
  if (!has_grace || context_.is_grace_over(*peer.absence)) report_offline(peer, interface);
}

void Absences::report_offline(PeerState& peer, const InterfaceName& interface) {
  const Absence absence = *std::exchange(peer.absence, std::nullopt);
  const UtcTime began = peer.since;
  EndedSession ended = end_session(*std::exchange(peer.session, std::nullopt), absence.since);
  peer.presence = Presence::offline;
  // Reported with the time at which the absence began, not at which its grace ended.
  peer.since = absence.since.utc;
  peer.offline_since = absence.since.steady;
  context_.changes.peers.push_back({PeerChange::Kind::offline,
                                    absence.reason,
                                    interface,
                                    peer,
                                    {},
                                    began,
                                    peer.since,
                                    std::move(ended)});
}

void Absences::remove_interface(RosterInterface& interface) {
  interface.is_missing = false;
  if (interface.is_known) {
    context_.add_config(ConfigField::interface, interface.name, {},
                        std::string(interface.name.view()), {});
  }
  for (PeerState& peer : std::exchange(interface.peers, {})) {
    remove_peer(interface, std::move(peer), ChangeReason::interface_removed);
  }
  interface.is_gone = true;
  interface.settings.reset();
  interface.is_known = false;
}

void Absences::remove_peer(RosterInterface& interface, PeerState peer, ChangeReason reason) {
  // Where the interface went, its own change says so for all its peers.
  if (reason == ChangeReason::peer_removed) {
    const PublicKey& key = peer.row.public_key;
    context_.add_config(ConfigField::peer, interface.name, key, to_text(key), {});
  }
  peer.absence = Absence{context_.finished, reason};
  if (context_.limits.grace.count() == 0) return report_removed(interface, peer);
  interface.in_grace.push_back(std::move(peer));
}

void Absences::rename_aside(RosterInterface& interface) {
  if (!interface.is_gone) remove_interface(interface);
  for (const PeerState& peer : std::exchange(interface.in_grace, {})) {
    report_removed(interface, peer);
  }
  interface.name = {};
}

void Absences::end_graces(RosterInterface& interface) {
  std::erase_if(interface.in_grace, [&](PeerState& peer) {
    if (!context_.is_grace_over(*peer.absence)) return false;
    report_removed(interface, peer);
    return true;
  });
}

void Absences::report_removed(RosterInterface& interface, const PeerState& peer) {
  const Absence& absence = *peer.absence;
  PeerChange change{PeerChange::Kind::removed,
                    absence.reason,
                    interface.name,
                    peer,
                    {},
                    {},
                    absence.since.utc,
                    {}};
  if (peer.session) {
    change.session_began = peer.since;
    change.ended = end_session(*peer.session, absence.since);
  }
  // The key may come back as another object of the kernel, with lines of its own.
  interface.notes.erase(peer.row.public_key);
  context_.changes.peers.push_back(std::move(change));
}

}  // namespace wgaudit
