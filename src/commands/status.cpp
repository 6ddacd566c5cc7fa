#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/status/status_query.hpp"
#include "shell/status/status_text.hpp"
#include "shell/system/inherited_process.hpp"
#include "shell/system/terminal.hpp"
#include "wgaudit/base/setup_error.hpp"
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

struct Shown {
  bool is_json = false;
  bool is_redrawn = false;
};

std::string ask(const std::filesystem::path& socket, const Shown& shown) {
  const std::string answer = ask_for_status(socket);
  const ToldStatus told = read_answer(socket, answer);
  if (shown.is_json) return still_printable(answer, answer.size()) + "\n";
  return status_text(told, style_of_output(shown.is_redrawn));
}

/// A daemon that has answered before may be restarted meanwhile: that is said, and asked on.
std::string ask_again(const std::filesystem::path& socket, const Shown& shown) {
  try {
    return ask(socket, shown);
  } catch (const SetupError& error) {
    const std::string text = fmt::format("wgaudit: {}\n", error.what());
    if (shown.is_redrawn) return text;
    fmt::print(stderr, "{}", text);
    return {};
  }
}

}  // namespace

int status_command(const CommandLine& command_line) {
  const auto socket = load_settings(command_line.given, environment()).status_socket;
  const bool is_redrawn = command_line.watch && !command_line.json && terminal_size();
  const Shown shown{command_line.json, is_redrawn};
  std::string text = ask(socket, shown);
  if (is_redrawn) print_at_once("\x1b[2J");
  for (;; text = ask_again(socket, shown)) {
    print_at_once(is_redrawn ? over_the_last(text) : text);
    if (!command_line.watch) return EXIT_SUCCESS;
    if (!is_redrawn && !command_line.json) print_at_once("\n");
    std::this_thread::sleep_for(watch_interval);
  }
}

}  // namespace wgaudit
