#include "identity/reconcile_rules.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {
namespace {

// Of one peer; where thousands go, their lines follow one another.
constexpr Stamp longest_destroyed_lag = std::chrono::seconds(1);

// Behind its last dump, an interface is gone: its dead are still remembered.
constexpr Stamp longest_end = std::chrono::seconds(30);

// A packet is counted right before or behind its line (wg_packet_consume_data_done,
// wg_receive_handshake_packet of receive.c), but by a thread that can be kept waiting.
constexpr Stamp counting_lag = std::chrono::milliseconds(300);

// Keys are zeroed three times reject_after_time after the last were derived (timers.c), and derived
// keys can be confirmed, which is the handshake, until they are refused.
constexpr Stamp unmoved_before_zeroing = 3 * reject_after_time - reject_after_time;

struct Split {
  std::vector<PeerEntry*> older;    ///< Than the log, alive when it began.
  std::vector<PeerEntry*> younger;  ///< Live ones.
  std::size_t older_dead = 0;
  bool is_sure = true;
};

Split split_ids(InterfaceLife& life, const DumpSpan& dump) {
  Split split;
  for (auto& entry : life.peers) {
    const KernelPeer& peer = entry.second;
    if (peer.standing == Standing::foreign || peer.is_unheard) continue;
    // Whether a peer that goes now was still listed is not known.
    if (dump.may_contain(peer.born) || dump.may_contain(peer.dead)) split.is_sure = false;
    if (!peer.is_born_in_log()) {
      if (peer.standing == Standing::undecided) continue;
      if (life.has_first_rows && peer.dead < life.first_dump) continue;
      if (!life.has_first_rows && peer.dead < dump.begin) continue;
      split.older.push_back(&entry);
      if (peer.dead < dump.begin) ++split.older_dead;
    } else if (peer.born < dump.begin && peer.dead > dump.end) {
      split.younger.push_back(&entry);
    }
  }
  return split;
}

bool wants_row_of_key(const PeerEntry& entry) {
  const KernelPeer& peer = entry.second;
  return peer.key && !peer.is_born_in_log() && !peer.is_unheard && !peer.has_places;
}

/// Ids whose keys are known from before have their rows.
void place_known_keys(InterfaceLife& life) {
  if (std::none_of(life.peers.begin(), life.peers.end(), wants_row_of_key)) return;
  std::unordered_map<PublicKey, std::uint32_t> index;
  for (std::uint32_t i = 0; i < life.first_rows.size(); ++i) index[life.first_rows[i].key] = i;
  for (auto& entry : life.peers) {
    if (!wants_row_of_key(entry)) continue;
    KernelPeer& peer = entry.second;
    peer.has_places = true;
    const auto found = index.find(*peer.key);
    // An empty place is none: the assignment will fail.
    peer.places = found == index.end() ? Places{} : Places{found->second, found->second + 1};
  }
}

/// Whether the rows bear out what an earlier run has proven: they have its keys, in the order of
/// their ids.
bool bear_out_restored(std::span<const DumpRow> rows, const InterfaceLife& life) {
  auto row = rows.begin();
  for (const auto& [id, peer] : life.peers) {
    const bool is_restored = peer.key && peer.proof.evidence.contains(Evidence::restored);
    if (!is_restored || peer.dead != never_yet) continue;
    row = std::find_if(row, rows.end(), [&key = *peer.key](const DumpRow& other) {
      return other.public_key == key;
    });
    if (row == rows.end()) return false;
    ++row;
  }
  return true;
}

Proof proof_of(const InterfaceLife& life, const Split& split) {
  return {life.last_dump->finished,
          0,
          life.rows,
          static_cast<std::uint32_t>(split.older.size() + split.younger.size()),
          {}};
}

void begin_rows(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump) {
  life.has_first_rows = true;
  life.first_dump = dump.begin;
  life.forgotten_dead = 0;
  life.first_rows.clear();
  life.first_rows.reserve(rows.size());
  for (const DumpRow& row : rows) {
    FirstRow first;
    first.key = row.public_key;
    life.first_rows.push_back(first);
  }
}

/// Where `rows` stand among the first rows, up to one that is not of them.
std::vector<std::uint32_t> positions(const InterfaceLife& life, std::span<const DumpRow> rows) {
  std::vector<std::uint32_t> found;
  found.reserve(rows.size());
  std::uint32_t next = 0;
  for (const DumpRow& row : rows) {
    while (next < life.first_rows.size() && life.first_rows[next].key != row.public_key) ++next;
    if (next == life.first_rows.size()) break;
    found.push_back(next++);
  }
  return found;
}

/// How many of `rows` are older than the log.
std::size_t count_old_rows(const InterfaceLife& life, const Split& split,
                           std::span<const DumpRow> rows) {
  if (life.is_mixed) return positions(life, rows).size();
  return life.first_rows.size() - split.older_dead - life.forgotten_dead;
}

void update_row(FirstRow& first, const DumpRow& row, const DumpSpan& dump) {
  const bool is_first = first.last_seen == never_before;
  if (is_first || row.rx_bytes != first.rx_bytes) first.still_since = dump.end;
  if (!is_first && row.latest_handshake != first.handshake) {
    first.moved_after = first.last_seen;
    first.moved_before = dump.end;
  }
  first.last_seen = dump.begin;
  first.handshake = row.latest_handshake;
  first.rx_bytes = row.rx_bytes;
  if (!row.has_endpoint) {
    first.last_without_endpoint = dump.begin;
  } else {
    first.first_endpoint = std::min(first.first_endpoint, dump.end);
  }
  if (row.endpoint != first.endpoint || first.endpoint_since == never_yet) {
    first.endpoint = row.endpoint;
    first.endpoint_since = dump.end;
    first.is_shared = false;
  }
}

/// By endpoint, the one row that shows it; two rows can.
using ByEndpoint = std::unordered_map<std::size_t, std::uint32_t>;

ByEndpoint by_endpoint_of(InterfaceLife& life) {
  ByEndpoint by_endpoint;
  by_endpoint.reserve(life.first_rows.size());
  for (std::uint32_t i = 0; i < life.first_rows.size(); ++i) {
    FirstRow& row = life.first_rows[i];
    if (row.gone != never_yet || row.last_without_endpoint == row.last_seen) continue;
    const auto [other, is_only] = by_endpoint.emplace(row.endpoint, i);
    if (!is_only) row.is_shared = life.first_rows[other->second].is_shared = true;
  }
  return by_endpoint;
}

void update_rows(InterfaceLife& life, std::span<const DumpRow> rows,
                 const std::vector<std::uint32_t>& at, const DumpSpan& dump) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    update_row(life.first_rows[at[i]], rows[i], dump);
  }
  std::size_t i = 0;
  for (std::uint32_t index = 0; index < life.first_rows.size(); ++index) {
    if (i < at.size() && at[i] == index) {
      ++i;
    } else if (life.first_rows[index].gone == never_yet) {
      life.first_rows[index].gone = dump.begin;
    }
  }
}

/// The row that alone has shown the endpoint that the peer's lines showed on both sides of a dump:
/// since before the first of these lines, or in a dump behind the last, too. To mislead, a peer
/// would have to move there and back, unseen, between lines and dumps, twice.
std::optional<std::uint32_t> row_by_endpoint(const InterfaceLife& life, const KernelPeer& peer,
                                             const ByEndpoint& by_endpoint, const DumpSpan& dump) {
  const EndpointSpan& span = peer.span;
  if (!span.spans_dump()) return std::nullopt;
  const auto found = by_endpoint.find(span.hash);
  if (found == by_endpoint.end()) return std::nullopt;
  const FirstRow& row = life.first_rows[found->second];
  const bool is_long = row.endpoint_since < span.first;
  const bool is_around = row.endpoint_since <= span.dump && span.last < dump.begin;
  if (row.is_shared || !(is_long || is_around)) return std::nullopt;
  return found->second;
}

/// Whether the counter stood still when the kernel received from the peer.
bool missed_packet(const FirstRow& row, const KernelPeer& peer) {
  return std::any_of(peer.received.begin(), peer.received.end(), [&](Stamp stamp) {
    return stamp != never_before && row.still_since < stamp - counting_lag &&
           stamp + counting_lag < row.last_seen;
  });
}

/// Whether the row had a handshake when the kernel had made no keys for long.
bool moved_unkeyed(const FirstRow& row, const KernelPeer& peer) {
  return peer.keys_zeroed != never_before && row.moved_before < peer.keys_zeroed &&
         row.moved_after > peer.keys_zeroed - unmoved_before_zeroing;
}

/// What speaks against `peer` being the row; nothing: it can be.
std::optional<Evidence> refusal(const KernelPeer& peer, const FirstRow& row, const DumpSpan& dump) {
  const bool is_dead = peer.dead < dump.begin;
  if (is_dead ? row.last_seen > peer.dead || row.gone < peer.dead : row.gone != never_yet) {
    return Evidence::lifetime;
  }
  if (peer.first_endpoint < row.last_without_endpoint) return Evidence::no_endpoint;
  if (row.first_endpoint < peer.last_without_endpoint) return Evidence::no_endpoint;
  if (missed_packet(row, peer)) return Evidence::traffic;
  if (moved_unkeyed(row, peer)) return Evidence::keys_zeroed;
  if (row.gone != never_yet) return std::nullopt;
  if (peer.at_least.stamp < dump.begin && row.handshake < peer.at_least.second) {
    return Evidence::handshake;
  }
  return std::nullopt;
}

/// Narrows the places of all older ids. False: nothing is left for one.
bool narrow(InterfaceLife& life, const std::vector<PeerEntry*>& older, const DumpSpan& dump) {
  const ByEndpoint by_endpoint = by_endpoint_of(life);
  place_known_keys(life);
  std::vector<Places> places;
  places.reserve(older.size());
  for (PeerEntry* const entry : older) {
    KernelPeer& peer = entry->second;
    if (!peer.has_places) {
      peer.places = {0, static_cast<std::uint32_t>(life.first_rows.size())};
      peer.pruned_by = {};
      peer.has_places = true;
    }
    if (const auto row = row_by_endpoint(life, peer, by_endpoint, dump);
        row && !peer.places.is_one() && peer.places.first <= *row && *row < peer.places.end) {
      peer.places = {*row, *row + 1};
      peer.pruned_by.insert(Evidence::endpoint);
    }
    places.push_back(peer.places);
  }
  const auto allowed = [&](std::size_t item, std::uint32_t slot) {
    KernelPeer& peer = older[item]->second;
    const auto against = refusal(peer, life.first_rows[slot], dump);
    if (against) peer.pruned_by.insert(*against);
    return !against;
  };
  if (!narrow_assignment(places, allowed)) return false;
  for (std::size_t i = 0; i < older.size(); ++i) {
    KernelPeer& peer = older[i]->second;
    if (peer.places != places[i]) peer.pruned_by.insert(Evidence::order);
    peer.places = places[i];
  }
  return true;
}

void note_dump(const std::vector<PeerEntry*>& older, const DumpSpan& dump) {
  for (PeerEntry* const entry : older) {
    EndpointSpan& span = entry->second.span;
    if (span.last < dump.begin && span.dump == never_yet) span.dump = dump.end;
  }
}

/// Whoever has one place left has the key of that row. A peer that went soon after the rows were
/// first seen may have been gone from them already, unless a row went with it.
void prove_placed(InterfaceLife& life, const std::vector<PeerEntry*>& older, Proof proof,
                  Verdict& verdict) {
  for (PeerEntry* const entry : older) {
    auto& [id, peer] = *entry;
    if (!peer.places.is_one()) continue;
    const FirstRow& row = life.first_rows[peer.places.first];
    if (peer.dead < life.first_dump + longest_destroyed_lag && row.gone == never_yet) continue;
    proof.evidence =
        peer.pruned_by == EvidenceSet{} ? EvidenceSet{Evidence::count} : peer.pruned_by;
    proof.row = row_number(peer.places.first);
    if (!prove(id, peer, row.key, proof, verdict)) return;
  }
}

void prove_younger(const std::vector<PeerEntry*>& younger, std::span<const DumpRow> rows,
                   Proof proof, Verdict& verdict) {
  const std::size_t before = rows.size() - younger.size();
  proof.evidence = {Evidence::last_rows, Evidence::order};
  for (std::size_t i = 0; i < younger.size(); ++i) {
    auto& [id, peer] = *younger[i];
    proof.row = row_number(before + i);
    if (!prove(id, peer, rows[before + i].public_key, proof, verdict)) return;
  }
}

Listing listing_of(std::span<const DumpRow> rows, const DumpSpan& dump) {
  Listing listing{dump, {}};
  listing.keys.reserve(rows.size());
  for (const DumpRow& row : rows) listing.keys.push_back(row.public_key);
  return listing;
}

}  // namespace

Verdict reconcile_late(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump) {
  const Split split = split_ids(life, dump);
  if (!split.is_sure) return {};
  if (life.has_first_rows) {
    life.first_listing.reset();
  } else {
    life.first_listing = listing_of(rows, dump);
    if (!is_calm(life, dump)) return life.is_live() ? Verdict{} : reconcile_end(life);
  }
  if (!life.has_first_rows) {
    if (has_undecided(split.younger)) return life.mix(dump.end), Verdict{};
    if (rows.size() < split.younger.size()) return wait_for_destroyed(life, dump);
    const auto first_rows = rows.first(rows.size() - split.younger.size());
    if (!life.is_mixed && !bear_out_restored(first_rows, life)) {
      return {{}, ContradictionCause::no_assignment};
    }
    begin_rows(life, first_rows, dump);
  }
  const std::size_t old_count = count_old_rows(life, split, rows);
  const std::size_t young_count = split.younger.size();
  const bool are_all_listed = rows.size() == old_count + young_count;
  if (rows.size() > old_count + young_count) return {{}, ContradictionCause::more_rows_than_ids};
  if (rows.size() < old_count || !(are_all_listed || has_undecided(split.younger))) {
    return wait_for_destroyed(life, dump);
  }
  const auto old_rows = rows.first(old_count);
  const std::vector<std::uint32_t> at = positions(life, old_rows);
  if (at.size() < old_count) return {{}, ContradictionCause::unknown_row};
  life.last_dump = dump;
  life.rows = static_cast<std::uint32_t>(rows.size());

  Verdict verdict;
  if (are_all_listed) {
    life.excess_since = never_yet;
    prove_younger(split.younger, rows, proof_of(life, split), verdict);
  } else if (!life.is_mixed) {
    verdict = tell_strangers(life, split.younger, rows.subspan(old_count), dump);
  }
  update_rows(life, old_rows, at, dump);
  if (!narrow(life, split.older, dump)) {
    verdict.contradiction = ContradictionCause::no_assignment;
  }
  if (verdict.contradiction) return verdict;
  prove_placed(life, split.older, proof_of(life, split), verdict);
  note_dump(split.older, dump);
  return verdict;
}

/// Whoever was listed went later than the dump began, and an interface prints its end behind those
/// of its peers (wg_destruct of device.c waits for them). So the ids that can have been listed
/// include all that were, and as many as rows are exactly these.
Verdict reconcile_end(InterfaceLife& life) {
  if (!life.first_listing || life.dead - life.first_listing->span.end > longest_end) return {};
  const auto& [dump, keys] = *life.first_listing;
  std::vector<PeerEntry*> listed;
  for (auto& entry : life.peers) {
    if (entry.second.dead >= dump.begin && entry.second.born <= dump.end) listed.push_back(&entry);
  }
  Verdict verdict;
  if (listed.size() != keys.size()) return verdict;
  const auto count = static_cast<std::uint32_t>(keys.size());
  Proof proof{dump.finished, 0, count, count, {Evidence::count, Evidence::order}};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    proof.row = row_number(i);
    if (!prove(listed[i]->first, listed[i]->second, keys[i], proof, verdict)) return verdict;
  }
  return verdict;
}

Verdict reconsider(InterfaceLife& life) {
  if (!life.has_first_rows || !life.last_dump) return {};
  const Split split = split_ids(life, *life.last_dump);
  Verdict verdict;
  if (!narrow(life, split.older, *life.last_dump)) {
    verdict.contradiction = ContradictionCause::no_assignment;
    return verdict;
  }
  prove_placed(life, split.older, proof_of(life, split), verdict);
  return verdict;
}

}  // namespace wgaudit
