#include "commands/command_line.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "commands/command_table.hpp"
#include "shell/settings/setting_duration.hpp"
#include "shell/settings/setting_table.hpp"
#include "shell/settings/suggestion.hpp"
#include "wgaudit/base/hex.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {
namespace {

using Command = CommandLine::Command;

[[noreturn]] void fail(const std::string& reason) {
  throw SetupError(reason, EX_USAGE);
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
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
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
  for (const CommandRow& row : command_table()) names.emplace_back(row.name);
  fail(fmt::format("unknown command '{}'; {}", word, suggest(word, names, "see wgaudit --help")));
}

/// All that CLI11 itself has to refuse is a last argument that wants a value; its text begins with
/// the flag.
[[noreturn]] void refuse(const CLI::ParseError& error) {
  std::string_view text = error.what();
  fail(fmt::format("{}: no value; give one after it", to_printable(take_until(text, ':'))));
}

Since parse_since(std::string_view flag, std::string_view text) {
  if (text == "now") return std::chrono::seconds(0);
  if (const auto time = parse_rfc3339(text)) return *time;
  if (const auto span = parse_duration(text)) return *span;
  fail(fmt::format("{}: '{}' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or now",
                   flag, to_printable(text)));
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

RecordKind parse_kind(std::string_view text) {
  if (const auto kind = parse_record_kind(text)) return *kind;
  std::vector<std::string> known = names_up_to(EventKind::unknown_message);
  for (std::string& action : names_up_to(Action::checkpoint)) known.push_back(std::move(action));
  fail(fmt::format("--kind: '{}' is no kind of record; {}", to_printable(text),
                   suggest(text, known, "give one such as peer_online or handshake_abandoned")));
}

std::vector<RecordKind> parse_kinds(const std::vector<std::string>& lists) {
  std::vector<RecordKind> kinds;
  for (std::string_view list : lists) {
    do kinds.push_back(parse_kind(take_until(list, ',')));
    while (!list.empty());
  }
  return kinds;
}

/// Log text has no keys.
PeerSelector parse_peer(Command command, std::string text) {
  if (text.empty()) {
    fail("--peer: no peer is named ''; give a name, the beginning of a key, or a kernel id");
  }
  PeerSelector peer(std::move(text));
  if (command == Command::classify && !peer.id()) {
    fail(fmt::format("--peer: log text does not tell who '{}' is; give a kernel id such as 7",
                     to_printable(peer.text())));
  }
  return peer;
}

InterfaceName parse_interface(std::string_view text) {
  if (const auto name = parse_interface_name(text)) return *name;
  fail(fmt::format("--interface: '{}' is not an interface name; give one such as wg0",
                   to_printable(text)));
}

Network parse_source(std::string_view text) {
  if (const auto network = parse_network(text)) return *network;
  fail(
      fmt::format("--source: '{}' is no address or prefix, or has bits behind it; give "
                  "one such as 203.0.113.7, 10.1.0.0/16 or 2001:db8::/32",
                  to_printable(text)));
}

/// The flags that were given, as they are spelt, and their values.
using GivenFlags = std::map<std::string, std::vector<std::string>>;

GivenFlags given_flags(const CLI::App& app, const CommandRow& row) {
  GivenFlags given;
  for (const Flag& flag : flags_of(row)) {
    const auto& results = app.get_option(flag.name)->results();
    if (!results.empty()) given[flag.name] = results;
  }
  return given;
}

/// Flags that a command does not have are never among those given.
class Reader {
 public:
  Reader(const CommandRow& row, GivenFlags given) : row_(row), given_(std::move(given)) {}

  CommandLine read() const {
    CommandLine line;
    line.command = row_.command;
    for (const Setting& setting : setting_table()) {
      const auto value = find(flag_of(setting));
      if (value && takes_setting(row_, setting.name))
        line.given.values[std::string(setting.name)] = *value;
    }
    line.given.config = find("--config").value_or("");
    // A replay reads nothing that it was not given, so that it says the same on every machine.
    line.given.may_use_folder = row_.command != Command::replay;
    line.check_config = has_switch("--check-config");
    line.json = has_switch("--json");
    line.watch = has_switch("--watch");
    line.view = read_view();
    if (const auto id = find("--explain")) line.explain = parse_id(*id);
    if (const auto key = find("--key")) line.verify.key = parse_key(*key);
    line.verify.held = find("--held").value_or("");
    line.pseudonyms = find("--pseudonyms").value_or("");
    return line;
  }

 private:
  ViewOptions read_view() const {
    ViewOptions view;
    if (const auto peer = find("--peer")) view.filter.peer = parse_peer(row_.command, *peer);
    if (const auto kinds = given_.find("--kind"); kinds != given_.end()) {
      view.filter.kinds = parse_kinds(kinds->second);
    }
    if (const auto name = find("--interface"); name && !takes_setting(row_, "interface")) {
      view.filter.interface = parse_interface(*name);
    }
    if (const auto source = find("--source")) view.filter.source = parse_source(*source);
    if (const auto since = find("--since")) view.since = parse_since("--since", *since);
    if (const auto until = find("--until")) view.until = parse_since("--until", *until);
    view.form = read_form();
    return view;
  }

  ShownForm read_form() const {
    const bool is_raw = has_switch("--raw");
    if (is_raw && has_switch("--json")) fail("--raw and --json: give one of them");
    if (is_raw) return ShownForm::raw;
    const bool is_text =
        row_.command == Command::classify ? has_switch("--text") : !has_switch("--json");
    return is_text ? ShownForm::text : ShownForm::json;
  }

  std::optional<std::string> find(const std::string& flag) const {
    const auto found = given_.find(flag);
    if (found == given_.end()) return std::nullopt;
    return found->second.back();
  }

  bool has_switch(const std::string& flag) const {
    const auto value = find(flag);
    if (value && *value != "true") fail(flag + ": takes no value; give it alone");
    return value.has_value();
  }

  const CommandRow& row_;
  GivenFlags given_;
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
  CommandLine line = Reader(row, given_flags(app, row)).read();
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
  for (const CommandRow& row : command_table()) add_command(app, row);
}

}  // namespace

UtcTime begin_of(const Since& since, UtcTime now) {
  const auto* const span = std::get_if<std::chrono::seconds>(&since);
  return span != nullptr ? now - *span : std::get<UtcTime>(since);
}

RecordFilter ViewOptions::filter_at(UtcTime now) const {
  RecordFilter complete = filter;
  if (since) complete.since = begin_of(*since, now);
  if (until) complete.until = begin_of(*until, now);
  if (since && until && *complete.until < *complete.since) {
    fail("--until: is before --since; give a later time");
  }
  return complete;
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
  const auto row = std::ranges::find(command_table(), chosen.get_name(), &CommandRow::name);
  return read_command(chosen, *row);
}

}  // namespace wgaudit
