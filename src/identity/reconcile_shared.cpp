#include <algorithm>
#include <unordered_set>

#include "identity/reconcile_rules.hpp"

namespace wgaudit {

bool has_undecided(const std::vector<PeerEntry*>& live) {
  return std::any_of(live.begin(), live.end(), [](const PeerEntry* entry) {
    return entry->second.standing == Standing::undecided;
  });
}

Verdict tell_strangers(InterfaceLife& life, const std::vector<PeerEntry*>& live,
                       std::span<const DumpRow> rows, const DumpSpan& dump) {
  std::size_t row = 0;
  for (const PeerEntry* const entry : live) {
    const KernelPeer& peer = entry->second;
    if (peer.standing != Standing::member) continue;
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

}  // namespace wgaudit
