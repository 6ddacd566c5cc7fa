#include "wgaudit/identity/reconcile.hpp"

#include <algorithm>
#include <chrono>

#include "identity/reconcile_rules.hpp"

namespace wgaudit {
namespace {

// Long enough to see that no `destroyed` is on its way.
constexpr Stamp calm = std::chrono::milliseconds(300);

// `destroyed` was seen to lag by 50 s when 3,000 peers went at once.
constexpr Stamp longest_excess = std::chrono::seconds(120);

}  // namespace

Verdict wait_for_destroyed(InterfaceLife& life, const DumpSpan& dump) {
  if (life.excess_since == never_yet) life.excess_since = dump.begin;
  if (dump.begin - life.excess_since <= longest_excess) return {};
  return {{}, ContradictionCause::more_ids_than_rows};
}

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

DumpRow dump_row(const DumpPeer& peer) {
  return {peer.public_key, std::hash<Endpoint>{}(peer.endpoint), !peer.endpoint.is_none(),
          peer.latest_handshake, peer.rx_bytes};
}

bool is_calm(const InterfaceLife& life, const DumpSpan& dump) {
  return std::none_of(life.peers.begin(), life.peers.end(), [&](const auto& entry) {
    const KernelPeer& peer = entry.second;
    return peer.standing != Standing::foreign && peer.dead >= dump.begin - calm &&
           peer.dead <= dump.end + calm;
  });
}

Verdict reconcile(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump,
                  Drained drained) {
  if (dump.begin <= life.log_began) return {};
  if (life.is_shared() && lists_keys_of_strangers(life, rows)) return {};
  switch (drained) {
    case Drained::to_end:
      return life.extent == LogExtent::whole ? reconcile_whole(life, rows, dump) : Verdict{};
    case Drained::to_calm:
      return life.extent == LogExtent::whole ? reconcile_moments(life, rows, dump)
                                             : reconcile_late(life, rows, dump);
  }
  __builtin_unreachable();
}

}  // namespace wgaudit
