#pragma once

#include <sysexits.h>

#include <stdexcept>
#include <string>

namespace wgaudit {

/// A SetupError is thrown where the set-up is wrong and the program cannot start. Its text names
/// the place, the fault and the cure in one line, such as `file:line: reason`. `main` catches it
/// once, prints it and ends with `exit_code` (sysexits.h: 64 usage, 69 unavailable, 74 I/O, 78
/// configuration).
struct SetupError : std::runtime_error {
  explicit SetupError(const std::string& what, int code = EX_CONFIG)
      : std::runtime_error(what), exit_code(code) {}
  int exit_code;
};

}  // namespace wgaudit
