#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace wgaudit {

/// Places are the slots that one item can still have, as a half-open interval.
struct Places {
  std::uint32_t first = 0;
  std::uint32_t end = 0;

  std::uint32_t size() const { return end - first; }
  bool is_one() const { return size() == 1; }
  friend bool operator==(const Places&, const Places&) = default;
};

/// Narrows `places` to the earliest and the latest slot that each item can have: items, ascending,
/// take slots, ascending, each another one. `allowed(item, slot)` says what other evidence leaves.
/// Returns false where no assignment is left.
///
/// It takes one pass forward and one backward. Each looks at a slot once for every item that
/// refuses it, so that it is linear where evidence is about rows that end a range.
template <typename Allowed>
bool narrow_assignment(std::vector<Places>& places, Allowed allowed) {
  // Forward: each item takes the first slot after that of the item before.
  std::uint32_t free = 0;
  for (std::size_t item = 0; item < places.size(); ++item) {
    std::uint32_t slot = std::max(places[item].first, free);
    while (slot < places[item].end && !allowed(item, slot)) ++slot;
    if (slot >= places[item].end) return false;
    places[item].first = slot;
    free = slot + 1;
  }
  // Backward: each takes the last slot before that of the item after it.
  std::uint32_t limit = UINT32_MAX;
  for (std::size_t item = places.size(); item-- > 0;) {
    std::uint32_t end = std::min(places[item].end, limit);
    while (end > places[item].first && !allowed(item, end - 1)) --end;
    if (end <= places[item].first) return false;
    places[item].end = end;
    limit = end - 1;
  }
  return true;
}

}  // namespace wgaudit
