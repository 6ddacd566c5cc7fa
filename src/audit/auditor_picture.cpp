#include "audit/peer_records.hpp"
#include "wgaudit/audit/auditor.hpp"

namespace wgaudit {

void Auditor::picture(Instant now, Records& records) const {
  roster_.visit_interfaces([&](const InterfaceState& interface) {
    describe(interface, records.emplace_back(new_record(Action::snapshot, now.utc, now)));
  });
  picture_peers({}, now, records);
}

void Auditor::picture_peers(const PeerKeys& but, Instant now, Records& records) const {
  const Registry::Bindings bindings = registry_.bindings();
  roster_.visit_peers([&](const InterfaceName& interface, const PeerState& peer) {
    if (but.contains({interface, peer.row.public_key})) return;
    Record& record = records.emplace_back(new_record(Action::snapshot, now.utc, now));
    describe(interface, peer, options_.names, record);
    const auto binding = bindings.find({interface, peer.row.public_key});
    if (binding == bindings.end()) return;
    PeerFacts& facts = std::get<PeerBody>(record.body).peer;
    facts.id = binding->second.id;
    facts.identity = IdentityState::proven;
    facts.evidence = binding->second.evidence.list();
  });
}

void Auditor::snapshot(Instant now, Records& records) {
  watch_clock(now, records);
  const std::size_t first = records.size();
  picture(now, records);
  for (std::size_t i = first; i < records.size(); ++i) number(records[i]);
}

/// Skips peers that this dump shows first: each has a peer_added record already.
void Auditor::record_start(const std::vector<PeerChange>& changes, Instant now, Records& records) {
  if (has_told_all_ || roster_.is_in_doubt()) return;
  has_told_all_ = true;
  PeerKeys added;
  for (const PeerChange& change : changes) {
    if (change.kind != PeerChange::Kind::added) continue;
    added.insert({change.interface, change.peer.row.public_key});
  }
  watch_clock(now, records);
  const std::size_t first = records.size();
  picture_peers(added, now, records);
  for (std::size_t i = first; i < records.size(); ++i) {
    records[i].reason = start_reason;
    number(records[i]);
  }
}

}  // namespace wgaudit
