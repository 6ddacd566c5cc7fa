#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace wgaudit {

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

/// The size of the terminal that standard output is; nothing where it is none.
std::optional<TerminalSize> terminal_size();

/// Whether colours are wanted on a terminal, by the values of NO_COLOR (no-color.org: any that is
/// not empty forbids them) and TERM.
bool wants_colours(std::string_view no_color, std::string_view term);

}  // namespace wgaudit
