#include "wgaudit/peers/reconcile.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "reconcile_late.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 8> names = {
    "more_rows_than_ids", "more_ids_than_rows", "other_key",        "no_assignment",
    "unknown_row",        "line_out_of_order",  "created_not_seen", "module_loaded"};

// `destroyed` was seen to lag by 50 s when 3,000 peers went at once.
constexpr Stamp longest_excess = std::chrono::seconds(120);

/// The ids that the dump can contain.
struct Live {
  std::vector<std::pair<const PeerId, KernelPeer>*> peers;
  std::size_t unsure = 0;  ///< Created while it was taken.
};

Live live_ids(InterfaceLife& life, const DumpSpan& dump) {
  Live live;
  live.peers.reserve(life.peers.size());
  for (auto& entry : life.peers) {
    const KernelPeer& peer = entry.second;
    if (peer.dead < dump.begin || peer.born > dump.end) continue;
    if (dump.may_contain(peer.born)) ++live.unsure;
    live.peers.push_back(&entry);
  }
  return live;
}

Verdict reconcile_whole(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump) {
  const Live live = live_ids(life, dump);
  if (live.peers.size() < rows.size()) return {{}, ContradictionCause::more_rows_than_ids};
  if (live.peers.size() > rows.size()) {
    return live.unsure > 0 ? Verdict{} : wait_for_destroyed(life, dump);
  }
  life.excess_since = never_yet;
  Verdict verdict;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& [id, peer] = *live.peers[i];
    const Proof proof{{Evidence::count, Evidence::order},
                      dump.finished,
                      row_number(i),
                      row_number(rows.size() - 1),
                      row_number(live.peers.size() - 1)};
    if (!prove(id, peer, rows[i].public_key, proof, verdict)) return verdict;
  }
  return verdict;
}

}  // namespace

std::string_view to_text(ContradictionCause cause) {
  return names[static_cast<std::size_t>(cause)];
}

std::optional<ContradictionCause> parse_contradiction_cause(std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<ContradictionCause>(found - names.begin());
}

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
          peer.latest_handshake};
}

Verdict reconcile(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump) {
  switch (life.extent) {
    case LogExtent::whole:
      return reconcile_whole(life, rows, dump);
    case LogExtent::late:
      return reconcile_late(life, rows, dump);
  }
  __builtin_unreachable();
}

}  // namespace wgaudit
