#include "wgaudit/peers/interface_life.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_contradictions = 3;
constexpr Stamp probation = std::chrono::hours(1);

}  // namespace

std::optional<InterfaceName> InterfaceLife::name_at(Stamp stamp) const {
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (stamp >= name->from) return name->name;
    if (stamp >= name->unsure_from) return std::nullopt;
  }
  return std::nullopt;
}

void InterfaceLife::begin_again(Stamp from) {
  for (auto& [id, peer] : peers) {
    peer.key.reset();
    peer.born = never_before;
    peer.has_places = false;
    peer.span = {};
  }
  extent = LogExtent::late;
  has_first_rows = false;
  first_rows.clear();
  first_listing.reset();
  excess_since = never_yet;
  const bool is_first = contradicted == never_before || from > contradicted + probation;
  contradictions = is_first ? 1 : contradictions + 1;
  contradicted = from;
  log_began = contradictions < max_contradictions ? from : from + probation;
}

}  // namespace wgaudit
