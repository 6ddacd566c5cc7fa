#include "identity/reconcile_late.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "identity/row_evidence.hpp"

namespace wgaudit {
namespace {

// Lag of one peer's `destroyed`; where thousands go, their lines follow one another.
constexpr Stamp longest_destroyed_lag = std::chrono::seconds(1);

// After its last dump, an interface is gone within this: its dead peers are still remembered.
constexpr Stamp longest_end = std::chrono::seconds(30);

/// SplitIds are the ids that can be among the rows of a dump, ascending.
struct SplitIds {
  std::vector<PeerEntry*> older;    ///< Ids older than the log, alive when it began.
  std::vector<PeerEntry*> younger;  ///< Live ids that were created in the log.
  std::size_t older_dead = 0;       ///< How many of the older were destroyed before the dump.
  bool is_sure = true;              ///< No peer came or went while the dump was taken.
};

SplitIds split_ids(InterfaceLife& life, const DumpSpan& dump) {
  SplitIds split;
  const Stamp first_dump = life.first_rows ? life.first_rows->first_dump : dump.begin;
  for (auto& entry : life.peers) {
    const KernelPeer& peer = entry.second;
    // An id that may be gone has no place in the count until a line says that it lives.
    if (peer.standing == Standing::foreign || peer.is_unheard) continue;
    // It is not known whether a peer that goes now was still listed.
    if (dump.may_contain(peer.born) || dump.may_contain(peer.dead)) split.is_sure = false;
    if (!peer.is_born_in_log()) {
      if (peer.standing == Standing::undecided || peer.dead < first_dump) continue;
      split.older.push_back(&entry);
      if (peer.dead < dump.begin) ++split.older_dead;
    } else if (peer.born < dump.begin && peer.dead > dump.end) {
      split.younger.push_back(&entry);
    }
  }
  return split;
}

// ---- The rows that were there when the log began ------------------------------------------------

Listing listing_of(std::span<const DumpRow> rows, const DumpSpan& dump) {
  Listing listing{dump, {}};
  listing.keys.reserve(rows.size());
  for (const DumpRow& row : rows) listing.keys.push_back(row.public_key);
  return listing;
}

FirstRows first_rows_of(std::span<const DumpRow> rows, const DumpSpan& dump) {
  FirstRows first_rows{dump.begin, {}, 0};
  first_rows.rows.reserve(rows.size());
  for (const DumpRow& row : rows) {
    FirstRow first;
    first.key = row.public_key;
    first_rows.rows.push_back(first);
  }
  return first_rows;
}

/// Returns whether the rows bear out what an earlier run has proven: they have its keys, in the
/// order of their ids.
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

/// Returns where `rows` stand among the first rows, up to one that is not of them.
std::vector<std::uint32_t> positions(const std::vector<FirstRow>& first_rows,
                                     std::span<const DumpRow> rows) {
  std::vector<std::uint32_t> found;
  found.reserve(rows.size());
  std::uint32_t next = 0;
  for (const DumpRow& row : rows) {
    // Rows keep their order for life: the next one is further down.
    while (next < first_rows.size() && first_rows[next].key != row.public_key) ++next;
    if (next == first_rows.size()) break;
    found.push_back(next++);
  }
  return found;
}

/// Takes the dump's rows, which stand at `places` among the first rows. The others are gone.
void note_rows(std::vector<FirstRow>& first_rows, std::span<const DumpRow> rows,
               const std::vector<std::uint32_t>& places, const DumpSpan& dump) {
  std::size_t i = 0;
  for (std::uint32_t index = 0; index < first_rows.size(); ++index) {
    if (i < places.size() && places[i] == index) {
      note_row(first_rows[index], rows[i++], dump);
    } else if (first_rows[index].gone == never_yet) {
      first_rows[index].gone = dump.begin;
    }
  }
}

// ---- The places that older ids can have among them ----------------------------------------------

bool wants_row_of_key(const PeerEntry& entry) {
  const KernelPeer& peer = entry.second;
  return peer.key && !peer.is_born_in_log() && !peer.is_unheard && !peer.has_places;
}

/// Gives ids whose keys are known from before the rows of these.
void place_known_keys(InterfaceLife& life) {
  if (std::none_of(life.peers.begin(), life.peers.end(), wants_row_of_key)) return;
  const auto& rows = life.first_rows->rows;
  std::unordered_map<PublicKey, std::uint32_t> index;
  for (std::uint32_t i = 0; i < rows.size(); ++i) index[rows[i].key] = i;
  for (auto& entry : life.peers) {
    if (!wants_row_of_key(entry)) continue;
    KernelPeer& peer = entry.second;
    peer.has_places = true;
    const auto found = index.find(*peer.key);
    // An empty place is none: the assignment will fail.
    peer.places = found == index.end() ? Places{} : Places{found->second, found->second + 1};
  }
}

/// Returns the places that each of the older ids can have by what is known of it alone.
std::vector<Places> own_places(InterfaceLife& life, const std::vector<PeerEntry*>& older,
                               const DumpSpan& dump) {
  const RowByEndpoint by_endpoint = rows_by_endpoint(*life.first_rows);
  place_known_keys(life);
  std::vector<Places> places;
  places.reserve(older.size());
  for (PeerEntry* const entry : older) {
    KernelPeer& peer = entry->second;
    if (!peer.has_places) {
      peer.places = {0, static_cast<std::uint32_t>(life.first_rows->rows.size())};
      peer.pruned_by = {};
      peer.has_places = true;
    }
    if (const auto row = row_of_endpoint(*life.first_rows, peer, by_endpoint, dump);
        row && !peer.places.is_one() && peer.places.first <= *row && *row < peer.places.end) {
      // Not where order leaves it no choice, or spoke against the row: an endpoint is weak
      // evidence.
      peer.places = {*row, *row + 1};
      peer.pruned_by.insert(Evidence::endpoint);
    }
    places.push_back(peer.places);
  }
  return places;
}

/// Narrows the places of all older ids. Returns false where nothing is left for one.
bool narrow(InterfaceLife& life, const std::vector<PeerEntry*>& older, const DumpSpan& dump) {
  std::vector<Places> places = own_places(life, older, dump);
  const auto allowed = [&](std::size_t item, std::uint32_t slot) {
    KernelPeer& peer = older[item]->second;
    const auto against = refusal(peer, life.first_rows->rows[slot], dump);
    if (against) peer.pruned_by.insert(*against);
    return !against;
  };
  if (!narrow_assignment(places, allowed)) return false;
  for (std::size_t i = 0; i < older.size(); ++i) {
    KernelPeer& peer = older[i]->second;
    // What its own evidence did not exclude, that of its neighbours did.
    if (peer.places != places[i]) peer.pruned_by.insert(Evidence::order);
    peer.places = places[i];
  }
  return true;
}

// ---- Proofs -------------------------------------------------------------------------------------

Proof proof_of(const InterfaceLife& life, const SplitIds& split) {
  return {life.last_counted->span.finished,
          0,
          life.last_counted->rows,
          static_cast<std::uint32_t>(split.older.size() + split.younger.size()),
          {}};
}

/// Gives an id that has one place left the key of that row.
void prove_placed(const InterfaceLife& life, const SplitIds& split, Verdict& verdict) {
  Proof proof = proof_of(life, split);
  for (PeerEntry* const entry : split.older) {
    auto& [id, peer] = *entry;
    if (!peer.places.is_one()) continue;
    const FirstRow& row = life.first_rows->rows[peer.places.first];
    // A peer that went soon after the rows were first seen may have been gone from them already,
    // unless a row went with it.
    const bool was_going = peer.dead < life.first_rows->first_dump + longest_destroyed_lag;
    if (was_going && row.gone == never_yet) continue;
    // Nothing was excluded where there are as many ids as rows.
    proof.evidence =
        peer.pruned_by == EvidenceSet{} ? EvidenceSet{Evidence::count} : peer.pruned_by;
    proof.row = row_number(peer.places.first);
    if (!prove(id, peer, row.key, proof, verdict)) return;
  }
}

/// Gives the ids that were created in the log the keys of the last rows.
void prove_younger(const InterfaceLife& life, const SplitIds& split, std::span<const DumpRow> rows,
                   Verdict& verdict) {
  Proof proof = proof_of(life, split);
  proof.evidence = {Evidence::last_rows, Evidence::order};
  const std::size_t before = rows.size() - split.younger.size();
  for (std::size_t i = 0; i < split.younger.size(); ++i) {
    auto& [id, peer] = *split.younger[i];
    proof.row = row_number(before + i);
    if (!prove(id, peer, rows[before + i].public_key, proof, verdict)) return;
  }
}

/// Narrows the older ids by all that is known, and proves those that have one place left.
void prove_older(InterfaceLife& life, const SplitIds& split, Verdict& verdict) {
  if (!narrow(life, split.older, life.last_counted->span)) {
    verdict.contradiction = ContradictionCause::no_assignment;
  }
  if (!verdict.contradiction) prove_placed(life, split, verdict);
}

/// Notes a dump after the lines that show an endpoint: a later line with the same spans it.
void note_dump(const std::vector<PeerEntry*>& older, const DumpSpan& dump) {
  for (PeerEntry* const entry : older) {
    EndpointSpan& span = entry->second.span;
    if (span.last < dump.begin && span.dump == never_yet) span.dump = dump.end;
  }
}

/// LateDump judges one dump of an interface whose log began late, phase after phase. A phase that
/// returns a verdict ends the judgement; otherwise the next one goes on.
class LateDump {
 public:
  LateDump(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump)
      : life_(life), rows_(rows), dump_(dump), split_(split_ids(life, dump)) {}

  Verdict judge() {
    if (!split_.is_sure) return {};
    if (const auto verdict = find_first_rows()) return *verdict;
    if (const auto verdict = count_rows()) return *verdict;
    if (const auto verdict = match_rows()) return *verdict;
    return prove_ids();
  }

 private:
  std::optional<Verdict> find_first_rows();
  std::optional<Verdict> count_rows();
  std::optional<Verdict> match_rows();
  Verdict prove_ids();

  std::span<const DumpRow> old_rows() const { return rows_.first(old_count_); }

  InterfaceLife& life_;
  std::span<const DumpRow> rows_;
  const DumpSpan& dump_;
  SplitIds split_;
  std::size_t old_count_ = 0;          ///< Number of rows that are older than the log.
  bool are_all_listed_ = false;        ///< All younger ids have rows.
  std::vector<std::uint32_t> places_;  ///< Places of the old rows among the first rows.
};

/// The first dump that counts shows the rows that were there when the log began: those before the
/// rows of the younger ids.
std::optional<Verdict> LateDump::find_first_rows() {
  if (life_.first_rows) {
    life_.first_listing.reset();
    return std::nullopt;
  }
  life_.first_listing = listing_of(rows_, dump_);
  if (!is_calm(life_, dump_)) return life_.is_live() ? Verdict{} : reconcile_end(life_);
  // Which rows are the younger ids' is not known: the log begins again after the dump.
  if (has_undecided(split_.younger)) {
    life_.mix(dump_.end);
    return Verdict{};
  }
  if (rows_.size() < split_.younger.size()) return wait_for_destroyed(life_, dump_);
  const auto first_rows = rows_.first(rows_.size() - split_.younger.size());
  if (!life_.is_mixed && !bear_out_restored(first_rows, life_)) {
    return Verdict{{}, ContradictionCause::no_assignment};
  }
  life_.first_rows = first_rows_of(first_rows, dump_);
  return std::nullopt;
}

std::optional<Verdict> LateDump::count_rows() {
  const FirstRows& first = *life_.first_rows;
  // A namesake's ids are among the dead: where there is one, only the keys can be counted.
  old_count_ = life_.is_mixed ? positions(first.rows, rows_).size()
                              : first.rows.size() - split_.older_dead - first.forgotten_dead;
  const std::size_t most = old_count_ + split_.younger.size();
  if (rows_.size() > most) return Verdict{{}, ContradictionCause::more_rows_than_ids};
  are_all_listed_ = rows_.size() == most;
  // Younger ids without a row are a namesake's, or their `destroyed` is on its way.
  if (rows_.size() < old_count_ || !(are_all_listed_ || has_undecided(split_.younger))) {
    return wait_for_destroyed(life_, dump_);
  }
  return std::nullopt;
}

std::optional<Verdict> LateDump::match_rows() {
  places_ = positions(life_.first_rows->rows, old_rows());
  // A row before those of the younger ids was created, and no line said so.
  if (places_.size() < old_count_) return Verdict{{}, ContradictionCause::unknown_row};
  life_.last_counted = CountedDump{dump_, static_cast<std::uint32_t>(rows_.size())};
  return std::nullopt;
}

Verdict LateDump::prove_ids() {
  Verdict verdict;
  if (are_all_listed_) {
    life_.excess_since = never_yet;
    prove_younger(life_, split_, rows_, verdict);
  } else if (!life_.is_mixed) {
    verdict = name_strangers(life_, split_.younger, rows_.subspan(old_count_), dump_);
  }
  // Evidence is by what this dump shows, too.
  note_rows(life_.first_rows->rows, old_rows(), places_, dump_);
  prove_older(life_, split_, verdict);
  if (!verdict.contradiction) note_dump(split_.older, dump_);
  return verdict;
}

}  // namespace

Verdict reconcile_late(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump) {
  return LateDump(life, rows, dump).judge();
}

Verdict reconsider(InterfaceLife& life) {
  // The rows are those of the last dump; only the older ids can have gained evidence.
  if (!life.first_rows || !life.last_counted) return {};
  Verdict verdict;
  prove_older(life, split_ids(life, life.last_counted->span), verdict);
  return verdict;
}

Verdict reconcile_end(InterfaceLife& life) {
  if (!life.first_listing || life.dead - life.first_listing->span.end > longest_end) return {};
  const auto& [dump, keys] = *life.first_listing;
  // A peer that was listed went later than the dump began, and an interface prints its end after
  // those of its peers (wg_destruct of device.c waits for them). So the ids that can have been
  // listed include all that were, and as many as rows are exactly these.
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

}  // namespace wgaudit
