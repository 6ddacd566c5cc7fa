#include "shell/system/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace wgaudit {

std::optional<TerminalSize> terminal_size() {
  if (::isatty(STDOUT_FILENO) == 0) return std::nullopt;
  winsize size{};
  const bool is_known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  if (!is_known || size.ws_col == 0 || size.ws_row == 0) return TerminalSize{};
  return TerminalSize{size.ws_col, size.ws_row};
}

bool wants_colours(std::string_view no_color, std::string_view term) {
  return no_color.empty() && term != "dumb";
}

}  // namespace wgaudit
