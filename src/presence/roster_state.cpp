#include "wgaudit/presence/roster_state.hpp"

#include <algorithm>

namespace wgaudit {

RosterInterface* RosterState::find(const InterfaceName& name) {
  const auto found =
      std::find_if(interfaces.begin(), interfaces.end(),
                   [&](const RosterInterface& interface) { return interface.name == name; });
  return found == interfaces.end() ? nullptr : &*found;
}

RosterInterface& RosterState::find_or_add(const InterfaceName& name) {
  if (RosterInterface* const found = find(name)) return *found;
  RosterInterface& added = interfaces.emplace_back();
  added.name = name;
  return added;
}

}  // namespace wgaudit
