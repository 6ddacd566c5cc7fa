#include "wgaudit/audit/presence_recorder.hpp"

#include "audit/peer_records.hpp"

namespace wgaudit {
namespace {

/// Whether wg_monitor counts the change: it does those of a peer that it has seen before.
bool is_counted(const PeerChange& change) {
  return change.reason != PeerChange::Reason::first_seen && change.kind != PeerChange::Kind::roamed;
}

}  // namespace

void PresenceRecorder::on_line(const HeardLine& line) {
  roster_.on_line(line.event, line.printed.steady);
  witnesses_.on_line(line);
}

std::vector<ShownHandshake> PresenceRecorder::on_dump(const Dump& dump,
                                                      std::span<const InterfaceName> unreadable,
                                                      DumpTimes times, const Registry& registry,
                                                      Ledger& ledger, Records& records) {
  const Instant now = times.finished;
  RosterChanges changes =
      roster_.on_dump(dump, unreadable, times.started, now, ledger.wall_clock());
  record(changes, now, ledger, records);
  record_start(changes.peers, registry, now, ledger, records);
  witnesses_.on_dump(dump, times.started.steady);
  return std::move(changes.handshakes);
}

void PresenceRecorder::record(const RosterChanges& changes, Instant now, Ledger& ledger,
                              Records& records) {
  for (const ConfigChange& change : changes.config) {
    describe(change, ledger.names(), ledger.add(Action::config_changed, change.when, now, records));
  }
  for (const InterfaceState& interface : changes.interfaces) {
    describe(interface, ledger.add(Action::snapshot, now.utc, now, records));
  }
  const std::vector<Witness> witnesses = witnesses_.of(changes.peers, now.steady);
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    record(changes.peers[i], witnesses[i], now, ledger, records);
  }
}

void PresenceRecorder::record(const PeerChange& change, Witness witness, Instant now,
                              Ledger& ledger, Records& records) {
  if (is_counted(change)) ++ledger.counters().changes;
  Record& record = ledger.add(action_of(change.kind), change.when, now, records);
  describe(change, ledger.names(), record);
  record.witness = witness;
  if (!change.ended) return;
  ++ledger.counters().sessions_ended[change.reason];
  Record ended = record;
  describe_end(change, ledger.names(), ended);
  ledger.number(ended);
  records.push_back(std::move(ended));
}

void PresenceRecorder::add_current_state(const Registry& registry, const Ledger& ledger,
                                         Instant now, Records& records) const {
  roster_.visit_interfaces([&](const InterfaceState& interface) {
    describe(interface, records.emplace_back(ledger.draft(Action::snapshot, now.utc, now)));
  });
  add_peers({}, registry, ledger, now, records);
}

void PresenceRecorder::add_peers(const PeerKeys& but, const Registry& registry,
                                 const Ledger& ledger, Instant now, Records& records) const {
  const Registry::Bindings bindings = registry.bindings();
  roster_.visit_peers([&](const InterfaceName& interface, const PeerState& peer) {
    if (but.contains({interface, peer.row.public_key})) return;
    Record& record = records.emplace_back(ledger.draft(Action::snapshot, now.utc, now));
    describe(interface, peer, ledger.names(), record);
    const auto binding = bindings.find({interface, peer.row.public_key});
    if (binding == bindings.end()) return;
    PeerFacts& facts = std::get<PeerBody>(record.body).peer;
    facts.id = binding->second.id;
    facts.identity = IdentityState::proven;
    facts.evidence = binding->second.evidence.list();
  });
}

/// Skips peers that this dump shows first: each has a peer_added record already.
void PresenceRecorder::record_start(const std::vector<PeerChange>& changes,
                                    const Registry& registry, Instant now, Ledger& ledger,
                                    Records& records) {
  if (has_told_all_ || roster_.is_in_doubt()) return;
  has_told_all_ = true;
  PeerKeys added;
  for (const PeerChange& change : changes) {
    if (change.kind != PeerChange::Kind::added) continue;
    added.insert({change.interface, change.peer.row.public_key});
  }
  ledger.watch_clock(now, records);
  const std::size_t first = records.size();
  add_peers(added, registry, ledger, now, records);
  for (std::size_t i = first; i < records.size(); ++i) {
    records[i].reason = start_reason;
    ledger.number(records[i]);
  }
}

}  // namespace wgaudit
