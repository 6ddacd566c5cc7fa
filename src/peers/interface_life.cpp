#include "wgaudit/peers/interface_life.hpp"

namespace wgaudit {

std::optional<InterfaceName> InterfaceLife::name_at(Stamp stamp) const {
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (stamp >= name->from) return name->name;
    if (stamp >= name->unsure_from) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace wgaudit
