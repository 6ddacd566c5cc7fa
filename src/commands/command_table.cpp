#include "commands/command_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "shell/settings/setting_table.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using Command = CommandLine::Command;

constexpr CommandRow commands[] = {
    {Command::run,
     "run",
     "",
     "the daemon",
     "The daemon. --a-b is also WGAUDIT_A_B in the environment, and a_b in the file.",
     true,
     {},
     "wgaudit run --interface wg0 --on-change-script /etc/wgaudit/notify"},
    {Command::status,
     "status",
     "",
     "how the daemon is doing, and who is online",
     "Asks the daemon that runs what it has lost, and for each peer as it is now: as\n"
     "root, or as one of the group wgaudit. Ends with 69 where no daemon answers.",
     false,
     {"status_socket"},
     "wgaudit status --watch"},
    {Command::follow,
     "follow",
     "",
     "live view of journal and events",
     "Shows the records of journal and events, then those that are written.",
     false,
     {"journal"},
     "wgaudit follow --peer alice --since 2h --until now"},
    {Command::classify,
     "classify",
     "[FILE...]",
     "kernel log text to event records",
     "Reads kernel log text, plain or syslog-framed, and prints event records.",
     false,
     {"patterns"},
     "zcat /var/log/kern.log.2.gz | wgaudit classify --text --peer 7"},
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
     "Checks all that run needs, each link from the kernel to the journal, and prints\n"
     "what mends it. Give it the flags that run is given: it takes all of them.\n"
     "Ends with 0: all ok, 69: one is broken, 75: of one it cannot tell.",
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

/// Which records are wanted.
std::vector<Flag> with_filter(std::string peer, std::string time, std::vector<Flag> others) {
  std::vector<Flag> flags = {
      {"--peer", "PEER", std::move(peer)},
      {"--kind", "KIND,...", "only records of these kinds, such as peer_online"},
      {"--interface", "NAME", "only what concerns this interface"},
      {"--source", "ADDRESS", "only from there; or from a prefix: 10.1.0.0/16"},
      {"--since", "TIME", std::move(time)},
      {"--until", "TIME", "only before: as --since, or now"}};
  flags.insert(flags.end(), others.begin(), others.end());
  return flags;
}

std::vector<Flag> own_flags(Command command) {
  switch (command) {
    case Command::run:
      return {{"--config", "FILE", "TOML or wg_monitor's [/etc/wgaudit/wgaudit.toml]"},
              {"--check-config", "", "check all settings and patterns, then end"}};
    case Command::follow:
      return with_filter("only its: name, how its key begins, or kernel id",
                         "begin here: RFC 3339, or so long ago: 90s 15m 2h 1d",
                         {{"--json", "", "whole records, one a line"},
                          {"--raw", "", "below each line the record that it shows"}});
    case Command::classify:
      return with_filter("only lines of this kernel id",
                         "only from then: RFC 3339, or so long ago: 15m 2h 1d",
                         {{"--text", "", "in words, instead of whole records as JSON"},
                          {"--raw", "", "in words, and below each the log's line"}});
    case Command::replay:
      return {{"--explain", "ID", "instead, say what proves whose this kernel peer id is"}};
    case Command::verify:
      return {{"--key", "KEY", "of the first seal, as the daemon's log told it"},
              {"--held", "FILE", "lines of the journal that were kept elsewhere"}};
    case Command::doctor:
      return {{"--config", "FILE", "TOML or wg_monitor's [/etc/wgaudit/wgaudit.toml]"},
              {"--json", "", "one object a line"}};
    case Command::status:
      return {{"--config", "FILE", "TOML or wg_monitor's [/etc/wgaudit/wgaudit.toml]"},
              {"--json", "", "one object in one line, with all that is counted"},
              {"--watch", "", "again every second, until Ctrl-C"}};
    case Command::export_journal:
      return {{"--pseudonyms", "FILE", "with a key for them, 16 random bytes or more"}};
    case Command::names:
    case Command::help:
    case Command::version:
      return {};
  }
  return {};
}

/// In lines of a terminal's width.
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

/// What the help shows: of a command that only takes what another is given, its own flags.
std::vector<Flag> shown_flags(const CommandRow& row) {
  return row.command == Command::doctor ? own_flags(row.command) : flags_of(row);
}

}  // namespace

std::span<const CommandRow> command_table() {
  return commands;
}

bool takes_setting(const CommandRow& row, std::string_view setting) {
  const auto listed = std::find(row.settings.begin(), row.settings.end(), setting);
  return row.all_settings || listed != row.settings.end();
}

std::vector<Flag> flags_of(const CommandRow& row) {
  std::vector<Flag> flags;
  for (const Setting& setting : setting_table()) {
    if (takes_setting(row, setting.name)) flags.push_back(flag_for(setting));
  }
  for (Flag& flag : own_flags(row.command)) flags.push_back(std::move(flag));
  return flags;
}

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
  if (!others.empty()) text += wrapped("wgaudit.toml(5) tells of" + others);
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

}  // namespace wgaudit
