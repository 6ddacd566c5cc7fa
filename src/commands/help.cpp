#include "commands/help.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// Breaks words into lines of a terminal's width.
std::string wrapped(std::string_view words) {
  constexpr std::size_t width = 80;
  std::string text;
  std::size_t column = 0;
  while (!words.empty()) {
    const std::string_view word = take_until(words, ' ');
    const bool fits = column + 1 + word.size() <= width;
    if (column != 0) text += fits ? ' ' : '\n';
    column = (column != 0 && fits ? column + 1 : 0) + word.size();
    text += word;
  }
  return text + '\n';
}

/// The flags in the help. Doctor takes those of run too, and its help only shows its own.
std::vector<Flag> shown_flags(const CommandRow& row) {
  CommandRow shown = row;
  if (row.command == Command::doctor) shown.all_settings = false;
  return flags_of(shown);
}

}  // namespace

std::string help_of(const CommandRow& row) {
  const std::string_view separator = row.operands.empty() ? "" : " ";
  std::string text = fmt::format("Usage: wgaudit {}{}{} [FLAG...]\n{}\n", row.name, separator,
                                 row.operands, row.details);
  std::string others;
  for (const Flag& flag : shown_flags(row)) {
    if (flag.help.empty()) {
      others += " " + flag.name;
    } else {
      text += fmt::format("  {:<24} {}\n", flag.name + " " + flag.operand, flag.help);
    }
  }
  if (!others.empty()) text += wrapped("wgaudit.toml(5) describes" + others);
  return text + fmt::format("Example: {}\n", row.example);
}

std::string general_help() {
  std::string text =
      "Usage: wgaudit COMMAND [FLAG...]\n"
      "Who was connected to this WireGuard gateway, from where, when, and why it ended.\n\n";
  for (const CommandRow& row : command_table()) {
    text += fmt::format("  {:<10} {}\n", row.name, row.about);
  }
  return text +
         "\nwgaudit COMMAND --help lists its flags, wgaudit --version prints the version.\n"
         "Exit codes: 0 done, 64 usage, 65 data, 69 unavailable, 74 I/O, 75 cannot tell,\n"
         "78 configuration.\n"
         "Example: wgaudit run --interface wg0\n";
}

}  // namespace wgaudit
