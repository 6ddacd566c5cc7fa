#include "shell/command_line.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "shell/setting_table.hpp"
#include "shell/suggestion.hpp"
#include "wgaudit/audit/record.hpp"
#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {
namespace {

using Command = CommandLine::Command;

[[noreturn]] void fail(const std::string& reason) {
  throw SetupError(reason, EX_USAGE);
}

/// A flag as CLI11 and the help see it.
struct Flag {
  std::string name;
  std::string operand;  ///< Empty: a switch.
  std::string help;
};

struct CommandRow {
  Command command;
  std::string_view name;
  std::string_view operands;
  std::string_view about;    ///< For the list of commands.
  std::string_view details;  ///< For the command's own help.
  bool all_settings;
  std::array<std::string_view, 5> settings;  ///< Where it does not take all.
  std::string_view example;
};

constexpr CommandRow commands[] = {
    {Command::run,
     "run",
     "",
     "the daemon",
     "The daemon. --a-b is also WGAUDIT_A_B, in the file a_b, which has more of them.",
     true,
     {},
     "wgaudit run --interface wg0 --on-change-script /etc/wgaudit/notify"},
    {Command::follow,
     "follow",
     "",
     "live view of journal and events",
     "Shows the records of journal and events as they are written.",
     false,
     {"journal"},
     "wgaudit follow --peer alice --since 2h"},
    {Command::classify,
     "classify",
     "[FILE...]",
     "kernel log text to event records",
     "Reads kernel log text, plain or syslog-framed, and prints event records.",
     false,
     {"patterns"},
     "zcat /var/log/kern.log.2.gz | wgaudit classify"},
    {Command::replay,
     "replay",
     "TRACE",
     "a recorded trace to records, always the same",
     "Reads a recorded trace, which is a folder, and prints the records it leads to.",
     false,
     {"interval", "threshold", "grace", "names", "patterns"},
     "wgaudit replay /tmp/trace --threshold 180"},
    {Command::verify,
     "verify",
     "",
     "checks the journal, and says how complete it is",
     "Checks every record of journal and events: that none is missing without a record\n"
     "that says so, and none of the journal changed up to its last seal. Tells how\n"
     "many handshakes of each day were printed, what was lost.",
     false,
     {"journal"},
     "wgaudit verify --journal /var/log/wgaudit"},
    {Command::export_journal,
     "export",
     "",
     "the journal, with pseudonyms for addresses",
     "Prints the journal's records with pseudonyms for the addresses of peers, the\n"
     "same for the same address and key. The journal itself stays as it is.",
     false,
     {"journal"},
     "wgaudit export --pseudonyms /etc/wgaudit/pseudonyms.key > journal.jsonl"},
    {Command::doctor,
     "doctor",
     "",
     "checks the whole chain, and says how to mend it",
     "Checks all that run needs. Ends with 0: all ok, 69: broken, 75: cannot tell.",
     true,
     {},
     "sudo wgaudit doctor"},
    {Command::names,
     "names",
     "[FILE...]",
     "names of peers from WireGuard's files, as TOML",
     "Prints the names that comments give to peers (# Name = x, # friendly_name = x)\n"
     "in these files, or in /etc/wireguard/*.conf, as TOML. No secret is printed.",
     false,
     {},
     "sudo wgaudit names > /etc/wgaudit/names.toml"},
};

Flag flag_for(const Setting& setting) {
  if (setting.help.empty()) return {flag_of(setting), std::string(setting.operand), {}};
  const std::string value = setting.operand.empty() ? "" : setting.show(Settings{});
  const std::string suffix = value.empty() ? "" : fmt::format(" [{}]", value);
  return {flag_of(setting), std::string(setting.operand), std::string(setting.help) + suffix};
}

std::vector<Flag> own_flags(Command command) {
  switch (command) {
    case Command::run:
      return {{"--config", "FILE", "TOML or wg_monitor's [/etc/wgaudit/wgaudit.toml]"},
              {"--check-config", "", "check all settings and patterns, then end"}};
    case Command::follow:
      return {{"--peer", "NAME", "only this peer: its name, or how its key begins"},
              {"--kind", "KIND", "only this kind of record, such as peer_online"},
              {"--since", "TIME", "begin here: RFC 3339, or so long ago: 90s 15m 2h 1d"},
              {"--json", "", "whole records, one a line"}};
    case Command::replay:
      return {{"--explain", "ID", "instead, say what proves whose this kernel peer id is"}};
    case Command::verify:
      return {{"--key", "KEY", "of the first seal, as the daemon's log told it"},
              {"--held", "FILE", "lines of the journal that were kept elsewhere"}};
    case Command::doctor:
      return {{"--config", "FILE", "TOML or wg_monitor's [/etc/wgaudit/wgaudit.toml]"},
              {"--json", "", "one object a line"}};
    case Command::export_journal:
      return {{"--pseudonyms", "FILE", "with a key for them, 16 random bytes or more"}};
    case Command::classify:
    case Command::names:
    case Command::help:
    case Command::version:
      return {};
  }
  return {};
}

/// All flags of a command but --help.
std::vector<Flag> flags_of(const CommandRow& row) {
  std::vector<Flag> flags;
  for (const Setting& setting : setting_table()) {
    const auto listed = std::find(row.settings.begin(), row.settings.end(), setting.name);
    if (row.all_settings || listed != row.settings.end()) flags.push_back(flag_for(setting));
  }
  for (Flag& flag : own_flags(row.command)) flags.push_back(std::move(flag));
  return flags;
}

std::string help_of(const CommandRow& row) {
  const std::string_view separator = row.operands.empty() ? "" : " ";
  std::string text = fmt::format("Usage: wgaudit {}{}{} [FLAG...]\n{}\n", row.name, separator,
                                 row.operands, row.details);
  for (const Flag& flag : flags_of(row)) {
    if (flag.help.empty()) continue;
    text += fmt::format("  {:<24} {}\n", flag.name + " " + flag.operand, flag.help);
  }
  return text + fmt::format("Example: {}\n", row.example);
}

std::string general_help() {
  std::string text =
      "Usage: wgaudit COMMAND [FLAG...]\n"
      "Who was connected to this WireGuard gateway, from where, when, and why it ended.\n\n";
  for (const CommandRow& row : commands) {
    text += fmt::format("  {:<10} {}\n", row.name, row.about);
  }
  return text +
         "\nwgaudit COMMAND --help tells a command's flags, wgaudit --version the version.\n"
         "Exit codes: 0 done, 64 usage, 65 data, 69 unavailable, 74 I/O, 75 cannot tell,\n"
         "78 configuration.\n"
         "Example: wgaudit run --interface wg0\n";
}

/// CLI11 takes the next argument for the value of `--flag=`; this keeps the empty value.
std::vector<std::string> arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool empty_value =
        argument.starts_with("--") && argument.find('=') + 1 == argument.size();
    arguments.emplace_back(argument.substr(0, argument.size() - (empty_value ? 1 : 0)));
    if (empty_value) arguments.emplace_back();
  }
  return arguments;
}

constexpr const char* help_option = "-h,--help";
constexpr const char* files_option = "files";
constexpr int many = 1 << 20;

void add_command(CLI::App& app, const CommandRow& row) {
  CLI::App& command = *app.add_subcommand(std::string(row.name));
  command.allow_extras();
  command.set_help_flag();
  command.add_flag(help_option);
  for (const Flag& flag : flags_of(row)) {
    CLI::Option* const option =
        flag.operand.empty() ? command.add_flag(flag.name) : command.add_option(flag.name);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  if (row.operands.empty()) return;
  // A list without bound would read the argument [x] as a list too.
  command.add_option(files_option)
      ->expected(many)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::vector<std::string> flag_names(const CommandRow& row) {
  std::vector<std::string> names = {"--help"};
  for (const Flag& flag : flags_of(row)) names.push_back(flag.name);
  return names;
}

void refuse_extras(const std::vector<std::string>& extras, const CommandRow& row) {
  const auto found = std::find_if(extras.begin(), extras.end(),
                                  [](const std::string& extra) { return extra != "--"; });
  if (found == extras.end()) return;
  const std::string extra = to_printable(*found);
  const std::string see = fmt::format("see wgaudit {} --help", row.name);
  if (!extra.starts_with('-')) fail(fmt::format("unexpected argument '{}'; {}", extra, see));
  const std::string flag = extra.substr(0, extra.find('='));
  fail(fmt::format("unknown flag {}; {}", flag, suggest(flag, flag_names(row), see)));
}

/// What stands where a command should.
[[noreturn]] void refuse_command(const std::vector<std::string>& extras) {
  if (extras.empty()) fail("no command; see wgaudit --help");
  const std::string word = to_printable(extras.front());
  if (word.starts_with('-')) {
    fail(fmt::format("unknown flag {}; a command comes first, see wgaudit --help", word));
  }
  std::vector<std::string> names;
  for (const CommandRow& row : commands) names.emplace_back(row.name);
  fail(fmt::format("unknown command '{}'; {}", word, suggest(word, names, "see wgaudit --help")));
}

/// All that CLI11 itself has to refuse is a last argument that wants a value; its text begins with
/// the flag.
[[noreturn]] void refuse(const CLI::ParseError& error) {
  std::string_view text = error.what();
  fail(fmt::format("{}: no value; give one after it", to_printable(take_until(text, ':'))));
}

Since parse_since(std::string_view text) {
  if (const auto time = parse_rfc3339(text)) return *time;
  constexpr std::pair<char, std::chrono::seconds> units[] = {{'s', std::chrono::seconds(1)},
                                                             {'m', std::chrono::minutes(1)},
                                                             {'h', std::chrono::hours(1)},
                                                             {'d', std::chrono::days(1)}};
  // Times are reckoned in microseconds.
  constexpr auto longest =
      std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds::max());
  for (const auto& [letter, unit] : units) {
    if (text.empty() || text.back() != letter) continue;
    const auto count = parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
    if (count && *count <= longest / unit) return *count * unit;
  }
  fail(fmt::format("--since: '{}' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h or 1d",
                   to_printable(text)));
}

PeerId parse_id(std::string_view text) {
  if (const auto id = parse_number<std::uint64_t>(text)) return PeerId{*id};
  fail(fmt::format("--explain: '{}' is no kernel peer id; give one such as 7", to_printable(text)));
}

SealKey parse_key(std::string_view text) {
  SealKey key;
  if (parse_hex(text, key)) return key;
  fail(fmt::format("--key: '{}' is no key; give the 64 hexadecimal digits of the daemon's log",
                   to_printable(text)));
}

std::string parse_kind(std::string_view text) {
  if (parse_action(text) || parse_event_kind(text)) return std::string(text);
  std::vector<std::string> known = names_up_to(EventKind::unknown_message);
  for (std::string& action : names_up_to(Action::checkpoint)) known.push_back(std::move(action));
  fail(fmt::format("--kind: '{}' is no kind of record; {}", to_printable(text),
                   suggest(text, known, "give one such as peer_online or handshake_abandoned")));
}

/// The flags that were given, as they are spelt, and their values.
std::map<std::string, std::string> given_flags(const CLI::App& app, const CommandRow& row) {
  std::map<std::string, std::string> given;
  for (const Flag& flag : flags_of(row)) {
    const auto& results = app.get_option(flag.name)->results();
    if (!results.empty()) given[flag.name] = results.back();
  }
  return given;
}

/// Flags that a command does not have are never among those given.
class Reader {
 public:
  explicit Reader(std::map<std::string, std::string> given) : given_(std::move(given)) {}

  CommandLine read() const {
    CommandLine line;
    for (const Setting& setting : setting_table()) {
      const auto value = find(flag_of(setting));
      if (value) line.settings[std::string(setting.name)] = *value;
    }
    line.config = find("--config").value_or("");
    line.check_config = has_switch("--check-config");
    line.follow.peer = find("--peer").value_or("");
    if (const auto kind = find("--kind")) line.follow.kind = parse_kind(*kind);
    if (const auto since = find("--since")) line.follow.since = parse_since(*since);
    line.json = line.follow.json = has_switch("--json");
    if (const auto id = find("--explain")) line.explain = parse_id(*id);
    if (const auto key = find("--key")) line.verify.key = parse_key(*key);
    line.verify.held = find("--held").value_or("");
    line.pseudonyms = find("--pseudonyms").value_or("");
    return line;
  }

 private:
  std::optional<std::string> find(const std::string& flag) const {
    const auto found = given_.find(flag);
    if (found == given_.end()) return std::nullopt;
    return found->second;
  }

  bool has_switch(const std::string& flag) const {
    const auto value = find(flag);
    if (value && *value != "true") fail(flag + ": takes no value; give it alone");
    return value.has_value();
  }

  std::map<std::string, std::string> given_;
};

CommandLine to_print(Command command, std::string text) {
  CommandLine line;
  line.command = command;
  line.text = std::move(text);
  return line;
}

CommandLine read_command(const CLI::App& app, const CommandRow& row) {
  if (app.count("--help") != 0) return to_print(Command::help, help_of(row));
  refuse_extras(app.remaining(), row);
  CommandLine line = Reader(given_flags(app, row)).read();
  line.command = row.command;
  if (!row.operands.empty()) line.files = app.get_option(files_option)->results();
  if (row.command == Command::replay && line.files.size() != 1) {
    fail("replay takes one trace; give its folder, as in wgaudit replay /tmp/trace");
  }
  return line;
}

void add_commands(CLI::App& app) {
  app.allow_extras();
  app.require_subcommand(0, 1);
  app.set_help_flag();
  app.add_flag(help_option);
  app.add_flag("--version");
  for (const CommandRow& row : commands) add_command(app, row);
}

}  // namespace

UtcTime begin_of(const Since& since, UtcTime now) {
  const auto* const span = std::get_if<std::chrono::seconds>(&since);
  return span != nullptr ? now - *span : std::get<UtcTime>(since);
}

CommandLine parse_command_line(int argc, const char* const* argv) {
  CLI::App app;
  add_commands(app);
  auto words = arguments(argc, argv);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    refuse(error);
  }
  if (app.count("--help") != 0) return to_print(Command::help, general_help());
  if (app.count("--version") != 0) {
    return to_print(Command::version, "wgaudit " WGAUDIT_VERSION "\n");
  }
  if (!app.remaining().empty() || app.get_subcommands().empty()) refuse_command(app.remaining());
  const CLI::App& chosen = *app.get_subcommands().front();
  const auto row = std::find_if(
      std::begin(commands), std::end(commands),
      [&](const CommandRow& candidate) { return candidate.name == chosen.get_name(); });
  return read_command(chosen, *row);
}

}  // namespace wgaudit
