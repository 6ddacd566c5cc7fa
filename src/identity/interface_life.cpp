#include "wgaudit/identity/interface_life.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

// So many within the probation show a cause that lasts, such as a second interface of the name or
// forged lines: what is proven of the interface would not hold.
constexpr std::size_t max_contradictions = 3;
constexpr Stamp probation = std::chrono::hours(1);

/// The places of ids in the first rows go with these.
void forget_rows(InterfaceLife& life) {
  life.first_rows.reset();
  life.first_listing.reset();
  life.excess_since = never_yet;
  for (auto& [id, peer] : life.peers) {
    peer.has_places = false;
    peer.span = {};
  }
}

/// Ids that were created before count as older than the log, like those that no line has named.
void begin_late_log(InterfaceLife& life, Stamp from) {
  forget_rows(life);
  life.extent = LogExtent::late;
  life.log_began = std::max(life.log_began, from);
  for (auto& [id, peer] : life.peers) peer.born = never_before;
}

}  // namespace

std::optional<InterfaceName> InterfaceLife::name_at(Stamp stamp) const {
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (stamp >= name->from) return name->name;
    // The move lies between the last line under the old name and the first under this one.
    if (stamp >= name->unsure_from) return std::nullopt;
  }
  return std::nullopt;
}

bool InterfaceLife::has_proven_peer() const {
  return std::any_of(peers.begin(), peers.end(), [](const auto& entry) {
    const KernelPeer& peer = entry.second;
    return peer.key && peer.dead == never_yet && peer.standing == Standing::member;
  });
}

void InterfaceLife::begin_again(Stamp from) {
  for (auto& [id, peer] : peers) {
    peer.key.reset();
    peer.standing = is_shared() ? Standing::undecided : Standing::member;
  }
  // Namesakes stay, but which ids are theirs has to be found anew.
  is_mixed = is_shared();
  const bool is_first = contradicted == never_before || from > contradicted + probation;
  contradictions = is_first ? 1 : contradictions + 1;
  contradicted = from;
  begin_late_log(*this, contradictions < max_contradictions ? from : from + probation);
}

void InterfaceLife::mix(Stamp from) {
  for (auto& [id, peer] : peers) {
    // A proof says that a dump listed the peer: no namesake's peer is listed.
    if (!peer.key) peer.standing = Standing::undecided;
  }
  is_mixed = true;
  dumps_without = 0;
  begin_late_log(*this, from);
}

void InterfaceLife::on_gap(Stamp from) {
  for (auto& [id, peer] : peers) peer.is_unheard = peer.dead == never_yet;
  mix(from);
}

std::vector<PeerId> InterfaceLife::forget_peers(Stamp before) {
  std::vector<PeerId> forgotten;
  std::erase_if(peers, [&](const auto& entry) {
    const auto& [id, peer] = entry;
    if (peer.dead >= before) return false;
    forgotten.push_back(id);
    // Its row went with it: the count of the first rows goes on without its id.
    const bool had_first_row = first_rows && !peer.is_born_in_log() &&
                               peer.dead >= first_rows->first_dump &&
                               peer.standing == Standing::member;
    if (had_first_row) ++first_rows->forgotten_dead;
    return true;
  });
  return forgotten;
}

void InterfaceLife::forget_handshakes() {
  for (auto& [id, peer] : peers) peer.at_least = {};
}

void InterfaceLife::doubt(Stamp from) {
  // Without rows, not even the older ids are known to be of one interface.
  if (extent == LogExtent::late && !first_rows) return mix(from);
  for (auto& [id, peer] : peers) {
    // Until now, the interface whose rows are known was the only one of the name.
    const bool is_sure = peer.key || (extent == LogExtent::late && !peer.is_born_in_log());
    if (!is_sure && peer.standing == Standing::member) peer.standing = Standing::undecided;
  }
}

void InterfaceLife::on_namesake_created(Stamp created, PeerId last_id) {
  if (is_absent_from_dumps()) {
    // The one that was known is in another namespace: the new one is what dumps will list.
    forget_rows(*this);
    extent = LogExtent::whole;
    last_foreign_id = last_id;
    is_mixed = false;
    for (auto& [id, peer] : peers) peer.standing = Standing::foreign;
  } else {
    doubt(created);
  }
  // Dumps that lack the name were taken before this one was created.
  if (dumps_without != 0) born = created;
  dumps_without = 0;
  ++namesakes;
}

void InterfaceLife::on_namesake_destroyed() {
  --namesakes;
  if (is_shared()) return;
  const bool has_stranger = std::any_of(peers.begin(), peers.end(), [](const auto& entry) {
    return entry.second.standing == Standing::foreign && entry.second.dead == never_yet;
  });
  if (has_stranger && has_proven_peer()) {
    // Both sorts of peers live on: there is one more interface of the name.
    is_mixed = true;
    return;
  }
  // One interface is left, and so the peers that live are its.
  for (auto& [id, peer] : peers) peer.standing = Standing::member;
}

}  // namespace wgaudit
