#include "identity/reconcile_whole.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace wgaudit {
namespace {

// Changes while one dump was taken. Each is another look at all ids.
constexpr std::size_t max_changes = 8;

/// Returns the ids that the dump can contain, ascending.
std::vector<PeerEntry*> live_ids(InterfaceLife& life, const DumpSpan& dump) {
  std::vector<PeerEntry*> live;
  live.reserve(life.peers.size());
  for (auto& entry : life.peers) {
    const KernelPeer& peer = entry.second;
    if (peer.standing == Standing::foreign) continue;
    if (peer.dead >= dump.begin && peer.born <= dump.end) live.push_back(&entry);
  }
  return live;
}

/// Returns whether no peer came or went while the dump was taken.
bool is_steady(const std::vector<PeerEntry*>& live, const DumpSpan& dump) {
  return std::none_of(live.begin(), live.end(), [&](const PeerEntry* entry) {
    return dump.may_contain(entry->second.born) || dump.may_contain(entry->second.dead);
  });
}

/// RowOfId has the row of each live id, by its place among them.
using RowOfId = std::vector<std::optional<std::uint32_t>>;

Verdict prove_all(const std::vector<PeerEntry*>& live, const RowOfId& row_of,
                  std::span<const DumpRow> rows, const DumpSpan& dump) {
  Verdict verdict;
  Proof proof{dump.finished,
              0,
              static_cast<std::uint32_t>(rows.size()),
              static_cast<std::uint32_t>(live.size()),
              {Evidence::count, Evidence::order}};
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!row_of[i]) continue;
    proof.row = row_number(*row_of[i]);
    if (!prove(live[i]->first, live[i]->second, rows[*row_of[i]].public_key, proof, verdict)) {
      return verdict;
    }
  }
  return verdict;
}

/// Returns the moments between the changes that fall into the dump, by the stamp of the change
/// before each; empty: there are too many.
std::vector<Stamp> moments_in(const std::vector<PeerEntry*>& live, const DumpSpan& dump) {
  // A moment goes from one change to the next: each is named by its first stamp.
  std::vector<Stamp> moments = {dump.begin};
  for (const PeerEntry* const entry : live) {
    for (const Stamp change : {entry->second.born, entry->second.dead}) {
      if (dump.may_contain(change)) moments.push_back(change);
    }
    if (moments.size() > max_changes) return {};
  }
  return moments;
}

/// Returns which row each id has if the dump shows this moment.
RowOfId rows_at(const std::vector<PeerEntry*>& live, Stamp moment, std::uint32_t& count) {
  RowOfId row_of(live.size());
  count = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    const KernelPeer& peer = live[i]->second;
    if (peer.born <= moment && peer.dead > moment) row_of[i] = count++;
  }
  return row_of;
}

/// Drops from `common` the rows that are others at another moment.
void keep_common(RowOfId& common, const RowOfId& other) {
  for (std::size_t i = 0; i < common.size(); ++i) {
    if (common[i] != other[i]) common[i].reset();
  }
}

}  // namespace

Verdict reconcile_whole(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump) {
  const std::vector<PeerEntry*> live = live_ids(life, dump);
  // Every row was created by a line of this log.
  if (live.size() < rows.size()) return {{}, ContradictionCause::more_rows_than_ids};
  if (live.size() > rows.size()) {
    // An id that was created meanwhile can be missing from the rows.
    const bool is_unsure = std::any_of(live.begin(), live.end(), [&](const PeerEntry* entry) {
      return dump.may_contain(entry->second.born);
    });
    return is_unsure || has_undecided(live) ? Verdict{} : wait_for_destroyed(life, dump);
  }
  life.excess_since = never_yet;
  RowOfId row_of(live.size());
  for (std::uint32_t row = 0; row < row_of.size(); ++row) row_of[row] = row;
  return prove_all(live, row_of, rows, dump);
}

Verdict reconcile_moments(InterfaceLife& life, std::span<const DumpRow> rows,
                          const DumpSpan& dump) {
  const std::vector<PeerEntry*> live = live_ids(life, dump);
  // Judged when the log was drained to the dump's end (reconcile_whole).
  if (live.size() <= rows.size()) return {};
  if (has_undecided(live)) {
    return is_steady(live, dump) ? name_strangers(life, live, rows, dump) : Verdict{};
  }
  const bool no_peer_goes = is_calm(life, dump);
  std::optional<RowOfId> common;
  for (const Stamp moment : moments_in(live, dump)) {
    std::uint32_t count = 0;
    const RowOfId row_of = rows_at(live, moment, count);
    // Some ids can have left the list already, so that this moment fits, too.
    if (count > rows.size() && !no_peer_goes) return {};
    if (count != rows.size()) continue;
    common ? keep_common(*common, row_of) : static_cast<void>(common = row_of);
  }
  return common ? prove_all(live, *common, rows, dump) : Verdict{};
}

}  // namespace wgaudit
