#include "wgaudit/identity/findings.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace wgaudit {
namespace {

/// The later settlement has the latest evidence, and both have events.
void add(Settlement& before, Settlement later) {
  before.evidence = std::move(later.evidence);
  if (!before.events) before.events = later.events;
  if (!later.events) return;
  before.events->first = std::min(before.events->first, later.events->first);
  before.events->last = std::max(before.events->last, later.events->last);
}

}  // namespace

void fold(std::vector<Settlement>& settlements) {
  std::vector<Settlement> once;
  std::unordered_map<PeerId, std::size_t> places;
  for (Settlement& settlement : settlements) {
    const auto [place, is_first] = places.emplace(settlement.id, once.size());
    if (is_first || once[place->second].public_key != settlement.public_key) {
      place->second = once.size();
      once.push_back(std::move(settlement));
    } else {
      add(once[place->second], std::move(settlement));
    }
  }
  settlements = std::move(once);
}

}  // namespace wgaudit
