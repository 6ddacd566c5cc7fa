#include "identity/verdict.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_set>

namespace wgaudit {
namespace {

// Long enough to see that no `destroyed` is on its way.
constexpr Stamp calm_around_dump = std::chrono::milliseconds(300);

// `destroyed` was seen to lag by 50 s when 3,000 peers went at once.
constexpr Stamp longest_excess = std::chrono::seconds(120);

}  // namespace

bool prove(PeerId id, KernelPeer& peer, const PublicKey& key, const Proof& proof,
           Verdict& verdict) {
  if (peer.key) {
    if (*peer.key == key) return true;
    verdict.contradiction = ContradictionCause::other_key;
    return false;
  }
  peer.key = key;
  peer.proof = proof;
  verdict.proven.push_back(id);
  return true;
}

bool has_undecided(const std::vector<PeerEntry*>& live) {
  return std::any_of(live.begin(), live.end(), [](const PeerEntry* entry) {
    return entry->second.standing == Standing::undecided;
  });
}

Verdict name_strangers(InterfaceLife& life, const std::vector<PeerEntry*>& live,
                       std::span<const DumpRow> rows, const DumpSpan& dump) {
  std::size_t row = 0;
  for (const PeerEntry* const entry : live) {
    const KernelPeer& peer = entry->second;
    if (peer.standing != Standing::member) continue;
    // Its row is not known: any row can be its.
    if (!peer.key) return {};
    if (row == rows.size() || *peer.key != rows[row].public_key) {
      return wait_for_destroyed(life, dump);
    }
    ++row;
  }
  life.excess_since = never_yet;
  if (row != rows.size() || !is_calm(life, dump)) return {};
  for (PeerEntry* const entry : live) {
    KernelPeer& peer = entry->second;
    if (peer.standing == Standing::undecided) peer.standing = Standing::foreign;
  }
  return {};
}

bool lists_keys_of_strangers(const InterfaceLife& life, std::span<const DumpRow> rows) {
  std::unordered_set<PublicKey> keys;
  for (const auto& [id, peer] : life.peers) {
    const bool is_stranger = peer.standing == Standing::foreign && peer.dead == never_yet;
    if (is_stranger && peer.key) keys.insert(*peer.key);
  }
  return !keys.empty() && std::any_of(rows.begin(), rows.end(), [&](const DumpRow& row) {
    return keys.contains(row.public_key);
  });
}

Verdict wait_for_destroyed(InterfaceLife& life, const DumpSpan& dump) {
  if (life.excess_since == never_yet) life.excess_since = dump.begin;
  if (dump.begin - life.excess_since <= longest_excess) return {};
  return {{}, ContradictionCause::more_ids_than_rows};
}

bool is_calm(const InterfaceLife& life, const DumpSpan& dump) {
  return std::none_of(life.peers.begin(), life.peers.end(), [&](const auto& entry) {
    const KernelPeer& peer = entry.second;
    return peer.standing != Standing::foreign && peer.dead >= dump.begin - calm_around_dump &&
           peer.dead <= dump.end + calm_around_dump;
  });
}

}  // namespace wgaudit
