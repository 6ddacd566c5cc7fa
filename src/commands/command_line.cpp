#include "commands/command_line.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "commands/arguments.hpp"
#include "commands/help.hpp"
#include "shell/settings/setting_table.hpp"
#include "shell/settings/suggestion.hpp"
#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using Words = std::span<const std::string>;

[[noreturn]] void refuse_usage(const std::string& reason) {
  throw SetupError(reason, EX_USAGE);
}

std::vector<std::string> flag_names(const CommandRow& row) {
  std::vector<std::string> names = {"--help"};
  for (const Flag& flag : flags_of(row)) names.push_back(flag.name);
  return names;
}

[[noreturn]] void refuse_word(const std::string& word, const CommandRow& row) {
  const std::string see = fmt::format("see wgaudit {} --help", row.name);
  const std::string shown = to_printable(word);
  if (!shown.starts_with('-')) {
    refuse_usage(fmt::format("unexpected argument '{}'; {}", shown, see));
  }
  const std::string flag = shown.substr(0, shown.find('='));
  refuse_usage(fmt::format("unknown flag {}; {}", flag, suggest(flag, flag_names(row), see)));
}

/// Refuses the words before a command, or their lack where there is no command either.
[[noreturn]] void refuse_command(Words words) {
  if (words.empty()) refuse_usage("no command; see wgaudit --help");
  const std::string word = to_printable(words.front());
  if (word.starts_with('-')) {
    refuse_usage(fmt::format("unknown flag {}; a command comes first, see wgaudit --help", word));
  }
  std::vector<std::string> names;
  for (const CommandRow& row : command_table()) names.emplace_back(row.name);
  refuse_usage(
      fmt::format("unknown command '{}'; {}", word, suggest(word, names, "see wgaudit --help")));
}

PeerId parse_id(std::string_view text) {
  if (const auto id = parse_number<std::uint64_t>(text)) return PeerId{*id};
  refuse_usage(
      fmt::format("--explain: '{}' is no kernel peer id; give one such as 7", to_printable(text)));
}

SealKey parse_key(std::string_view text) {
  SealKey key;
  if (parse_hex(text, key)) return key;
  refuse_usage(
      fmt::format("--key: '{}' is no key; give the 64 hexadecimal digits of the daemon's log",
                  to_printable(text)));
}

GivenSettings given_settings(const CommandRow& row, const Arguments& arguments) {
  GivenSettings given;
  for (const Setting& setting : setting_table()) {
    if (!takes_setting(row, setting.name)) continue;
    const auto value = arguments.value(flag_of(setting));
    if (value) given.values[std::string(setting.name)] = *value;
  }
  given.config = arguments.value("--config").value_or("");
  // A replay reads nothing that it was not given, so that it says the same on every machine.
  given.may_use_folder = row.command != Command::replay;
  return given;
}

/// Flags that a command does not have are never among those given.
CommandLine read_flags(const CommandRow& row, const Arguments& arguments) {
  CommandLine line;
  line.command = row.command;
  line.given = given_settings(row, arguments);
  line.files = arguments.operands();
  line.check_config = arguments.has_switch("--check-config");
  line.json = arguments.has_switch("--json");
  line.watch = arguments.has_switch("--watch");
  line.view = read_view(row, arguments);
  if (const auto id = arguments.value("--explain")) line.explain = parse_id(*id);
  if (const auto key = arguments.value("--key")) line.verify.key = parse_key(*key);
  line.verify.held = arguments.value("--held").value_or("");
  line.pseudonyms = arguments.value("--pseudonyms").value_or("");
  return line;
}

CommandLine to_print(Command command, std::string text) {
  CommandLine line;
  line.command = command;
  line.text = std::move(text);
  return line;
}

CommandLine read_command(const CommandRow& row, Words words) {
  const Arguments arguments(words, row);
  if (arguments.asks_for_help()) return to_print(Command::help, help_of(row));
  if (!arguments.unknown().empty()) refuse_word(arguments.unknown().front(), row);
  CommandLine line = read_flags(row, arguments);
  if (row.command == Command::replay && line.files.size() != 1) {
    refuse_usage("replay takes one trace; give its folder, as in wgaudit replay /tmp/trace");
  }
  return line;
}

const CommandRow* find_command(std::string_view name) {
  const auto row = std::ranges::find(command_table(), name, &CommandRow::name);
  return row == command_table().end() ? nullptr : &*row;
}

bool contains(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
  const auto command =
      std::find_if(arguments.begin(), arguments.end(),
                   [](const std::string& word) { return find_command(word) != nullptr; });
  const Words before(arguments.begin(), command);
  if (contains(before, "--help") || contains(before, "-h")) {
    return to_print(Command::help, general_help());
  }
  if (contains(before, "--version")) {
    return to_print(Command::version, "wgaudit " WGAUDIT_VERSION "\n");
  }
  if (!before.empty() || command == arguments.end()) refuse_command(before);
  return read_command(*find_command(*command), Words(command + 1, arguments.end()));
}

}  // namespace wgaudit
