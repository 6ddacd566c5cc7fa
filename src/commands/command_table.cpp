#include "commands/command_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shell/settings/setting_table.hpp"

namespace wgaudit {
namespace {

constexpr OwnFlag config_flag = {"--config", "FILE",
                                 "TOML or wg_monitor's [/etc/wgaudit/wgaudit.toml]"};
constexpr OwnFlag kind_flag = {"--kind", "KIND,...",
                               "only records of these kinds, such as peer_online"};
constexpr OwnFlag interface_flag = {"--interface", "NAME", "only what concerns this interface"};
constexpr OwnFlag source_flag = {"--source", "ADDRESS",
                                 "only from this address or prefix: 10.1.0.0/16"};
constexpr OwnFlag until_flag = {"--until", "TIME", "only before this time: as --since, or now"};

constexpr OwnFlag run_flags[] = {
    config_flag, {"--check-config", "", "check all settings and patterns, then end"}};

constexpr OwnFlag follow_flags[] = {
    {"--peer", "PEER", "only this peer: name, start of key, or kernel id"},
    kind_flag,
    interface_flag,
    source_flag,
    {"--since", "TIME", "only from this time on: RFC 3339, or ago: 15m 2h 1d"},
    until_flag,
    {"--json", "", "whole records, one a line"},
    {"--raw", "", "below each line the record that it shows"}};

constexpr OwnFlag classify_flags[] = {
    {"--peer", "PEER", "only lines of this kernel id"},
    kind_flag,
    interface_flag,
    source_flag,
    {"--since", "TIME", "only from this time on: RFC 3339, or ago: 15m 2h 1d"},
    until_flag,
    {"--text", "", "in words, instead of whole records as JSON"},
    {"--raw", "", "in words, and below each the log's line"}};

constexpr OwnFlag replay_flags[] = {
    {"--explain", "ID", "print what proves which peer has this kernel id"}};

constexpr OwnFlag verify_flags[] = {
    {"--key", "KEY", "key of the first seal, from the daemon's log"},
    {"--held", "FILE", "lines of the journal that were kept elsewhere"}};

constexpr OwnFlag export_flags[] = {
    {"--pseudonyms", "FILE", "file with the key, 16 random bytes or more"}};

constexpr OwnFlag doctor_flags[] = {config_flag, {"--json", "", "one object a line"}};

constexpr OwnFlag status_flags[] = {
    config_flag,
    {"--json", "", "one object in one line, with all that is counted"},
    {"--watch", "", "again every second, until Ctrl-C"}};

constexpr CommandRow commands[] = {
    {.command = Command::run,
     .name = "run",
     .about = "the daemon",
     .details = "The daemon. --a-b is also WGAUDIT_A_B in the environment, and a_b in the file.",
     .all_settings = true,
     .flags = run_flags,
     .example = "wgaudit run --interface wg0 --on-change-script /etc/wgaudit/notify"},
    {.command = Command::status,
     .name = "status",
     .about = "how the daemon is doing, and who is online",
     .details = "Asks the running daemon what it has lost, and how each peer is now. Run it as\n"
                "root, or as a member of the group wgaudit. Ends with 69 if no daemon answers.",
     .settings = {"status_socket"},
     .flags = status_flags,
     .example = "wgaudit status --watch"},
    {.command = Command::follow,
     .name = "follow",
     .about = "live view of journal and events",
     .details = "Shows the records of journal and events, then those that are written.",
     .settings = {"journal"},
     .flags = follow_flags,
     .example = "wgaudit follow --peer alice --since 2h --until now"},
    {.command = Command::classify,
     .name = "classify",
     .operands = "[FILE...]",
     .about = "kernel log text to event records",
     .details = "Reads kernel log text, plain or syslog-framed, and prints event records.",
     .settings = {"patterns"},
     .flags = classify_flags,
     .example = "zcat /var/log/kern.log.2.gz | wgaudit classify --text --peer 7"},
    {.command = Command::replay,
     .name = "replay",
     .operands = "TRACE",
     .about = "a recorded trace to records, always the same",
     .details = "Reads a recorded trace, which is a folder, and prints the records it leads to.",
     .settings = {"interval", "threshold", "grace", "names", "patterns"},
     .flags = replay_flags,
     .example = "wgaudit replay /tmp/trace --threshold 180"},
    {.command = Command::verify,
     .name = "verify",
     .about = "checks the journal, and says how complete it is",
     .details = "Checks every record of journal and events: that none is missing without a record\n"
                "that says so, and none of the journal changed up to its last seal. Prints how\n"
                "many handshakes of each day the kernel printed, and what was lost.",
     .settings = {"journal"},
     .flags = verify_flags,
     .example = "wgaudit verify --journal /var/log/wgaudit"},
    {.command = Command::export_journal,
     .name = "export",
     .about = "the journal, with pseudonyms for addresses",
     .details = "Prints the journal's records with pseudonyms for the addresses of peers, the\n"
                "same for the same address and key. The journal itself stays as it is.",
     .settings = {"journal"},
     .flags = export_flags,
     .example = "wgaudit export --pseudonyms /etc/wgaudit/pseudonyms.key > journal.jsonl"},
    {.command = Command::doctor,
     .name = "doctor",
     .about = "checks the whole chain, and says how to mend it",
     .details = "Checks all that run needs, each link from the kernel to the journal, and prints\n"
                "what mends it. Give it the flags that run is given: it takes all of them.\n"
                "Ends with 0: all ok, 69: one link is broken, 75: one cannot be checked.",
     .all_settings = true,
     .flags = doctor_flags,
     .example = "sudo wgaudit doctor"},
    {.command = Command::names,
     .name = "names",
     .operands = "[FILE...]",
     .about = "names of peers from WireGuard's files, as TOML",
     .details = "Prints the names that comments give to peers (# Name = x, # friendly_name = x)\n"
                "in these files, or in /etc/wireguard/*.conf, as TOML. No secret is printed.",
     .example = "sudo wgaudit names > /etc/wgaudit/names.toml"},
};

Flag flag_for(const Setting& setting) {
  if (setting.help.empty()) return {flag_of(setting), std::string(setting.operand), {}};
  const std::string value = setting.operand.empty() ? "" : setting.show(Settings{});
  const std::string suffix = value.empty() ? "" : fmt::format(" [{}]", value);
  return {flag_of(setting), std::string(setting.operand), std::string(setting.help) + suffix};
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
  for (const OwnFlag& flag : row.flags) {
    flags.push_back({std::string(flag.name), std::string(flag.operand), std::string(flag.help)});
  }
  return flags;
}

}  // namespace wgaudit
