#pragma once

#include <stdexcept>
#include <string_view>

namespace wgaudit {

/// What each target defines: reads any input and checks what must hold of every one.
void try_input(std::string_view input);

/// Throws, which ends the run, where `property` does not hold.
inline void require(bool holds, const char* property) {
  if (!holds) throw std::logic_error(property);
}

}  // namespace wgaudit
