#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "commands/progress.hpp"

namespace wgaudit {

/// Throws SetupError (exit code 74) where standard output has not taken what was written to it.
void check_output();

/// Prints one line. Throws like check_output().
void print_line(std::string_view line);

/// Prints and flushes, for a reader who watches. Throws like check_output().
void print_at_once(std::string_view text);

/// Progress of reading on standard error, if that is a terminal.
class ShownProgress : public Progress {
 public:
  explicit ShownProgress(std::optional<std::uint64_t> total);
};

}  // namespace wgaudit
