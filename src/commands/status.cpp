#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "commands/process.hpp"
#include "shell/settings_merge.hpp"
#include "shell/status_query.hpp"
#include "shell/status_text.hpp"
#include "shell/terminal.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::seconds watch_interval{1};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A terminal is written over in place, without a moment in which it is empty.
std::string over_the_last(std::string_view text) {
  std::string over = "\x1b[H";
  while (!text.empty()) over += std::string(take_until(text, '\n')) + "\x1b[K\n";
  return over + "\x1b[J";
}

/// As wide as the terminal, if it is one, and with `is_redrawn` no higher.
TextStyle style_of_output(bool is_redrawn) {
  const auto terminal = terminal_size();
  if (!terminal) return {};
  return {terminal->columns, is_redrawn ? terminal->lines : 0,
          wants_colours(variable("NO_COLOR"), variable("TERM"))};
}

}  // namespace

int show_status(const CommandLine& command_line) {
  const auto socket = load_settings(command_line, environment()).status_socket;
  const bool is_redrawn = command_line.watch && !command_line.json && terminal_size();
  if (is_redrawn) print_at_once("\x1b[2J");
  for (;;) {
    const std::string answer = ask_for_status(socket);
    const ToldStatus told = read_answer(socket, answer);
    if (command_line.json) {
      print_at_once(still_printable(answer, answer.size()) + "\n");
    } else {
      const std::string text = status_text(told, style_of_output(is_redrawn));
      print_at_once(is_redrawn ? over_the_last(text) : text);
    }
    if (!command_line.watch) return EXIT_SUCCESS;
    if (!is_redrawn && !command_line.json) print_at_once("\n");
    std::this_thread::sleep_for(watch_interval);
  }
}

}  // namespace wgaudit
