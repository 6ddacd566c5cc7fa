#include "shell/settings/setting_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "shell/settings/setting_endpoint.hpp"
#include "shell/settings/setting_size.hpp"
#include "shell/settings/suggestion.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {
namespace {

using Refusal = std::optional<std::string>;

/// The part of a row that depends on the setting's type.
struct Value {
  TomlForm form;
  Refusal (*assign)(Settings&, std::string_view);
  std::string (*show)(const Settings&);
};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_number(std::string_view text) {
  take_prefix(text, "-");
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::string out_of_range(std::string_view text, std::string_view range) {
  return fmt::format("'{}' is out of range; give {}", to_printable(text), range);
}

/// Whole numbers, and durations in the unit of their type.
template <auto member, std::uint32_t low, std::uint32_t high, const char* unit>
Refusal assign_number(Settings& settings, std::string_view text) {
  const std::string range = fmt::format("{} to {} {}", low, high, unit);
  if (!is_number(text)) {
    return fmt::format("'{}' is not a whole number; give {}", to_printable(text), range);
  }
  const auto count = parse_number<std::uint32_t>(text);
  if (!count || *count < low || *count > high) return out_of_range(text, range);
  settings.*member = std::decay_t<decltype(settings.*member)>(*count);
  return std::nullopt;
}

template <auto member>
std::string show_number(const Settings& settings) {
  if constexpr (requires { (settings.*member).count(); }) {
    return std::to_string((settings.*member).count());
  } else {
    return std::to_string(settings.*member);
  }
}

template <auto member, std::uint32_t low, std::uint32_t high, const char* unit>
constexpr Value number = {TomlForm::number, assign_number<member, low, high, unit>,
                          show_number<member>};

/// A number that wg_monitor brings into its range if it is given another: settle_as_wg_monitor.
template <auto member, std::uint32_t low, std::uint32_t high, const char* unit>
Refusal assign_clamped(Settings& settings, std::string_view text) {
  const auto count = parse_number<std::int32_t>(text);
  if (settings.compat == Compat::none || !count) {
    return assign_number<member, low, high, unit>(settings, text);
  }
  settings.*member = std::decay_t<decltype(settings.*member)>(*count);
  return std::nullopt;
}

template <auto member, std::uint32_t low, std::uint32_t high, const char* unit>
constexpr Value clamped = {TomlForm::number, assign_clamped<member, low, high, unit>,
                           show_number<member>};

constexpr char seconds_unit[] = "seconds";
constexpr char hours[] = "hours";
constexpr char days[] = "days";
constexpr char hooks[] = "hooks";
constexpr std::uint32_t day = std::chrono::seconds(longest_interval).count();

template <auto member, std::uint64_t low, std::uint64_t high>
Refusal assign_size(Settings& settings, std::string_view text) {
  const auto bytes = parse_size(text);
  if (!bytes && !is_number(text)) {
    return fmt::format("'{}' is not a size; give a whole number of bytes, or of K, M, G or T",
                       to_printable(text));
  }
  if (!bytes || *bytes < low || *bytes > high) {
    return out_of_range(text, fmt::format("{} to {}", size_text(low), size_text(high)));
  }
  settings.*member = *bytes;
  return std::nullopt;
}

template <auto member>
std::string show_size(const Settings& settings) {
  return size_text(settings.*member);
}

template <auto member, std::uint64_t low, std::uint64_t high>
constexpr Value size = {TomlForm::size, assign_size<member, low, high>, show_size<member>};

enum class PathKind : std::uint8_t { needed, optional, absolute_or_none };

Refusal path_fault(std::string_view text, PathKind kind) {
  if (text.empty() && kind == PathKind::needed) return "the path is empty; give a path";
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return fmt::format("'{}' holds a control character; give a path without", to_printable(text));
  }
  if (kind == PathKind::absolute_or_none && !text.empty() && text.front() != '/') {
    return fmt::format("'{}' is not absolute; give the whole path, such as /usr/bin/wg",
                       to_printable(text));
  }
  return std::nullopt;
}

template <auto member, PathKind kind>
Refusal assign_path(Settings& settings, std::string_view text) {
  auto fault = path_fault(text, kind);
  if (!fault) settings.*member = std::filesystem::path(text);
  return fault;
}

template <auto member>
std::string show_path(const Settings& settings) {
  return (settings.*member).string();
}

template <auto member, PathKind kind>
constexpr Value path = {TomlForm::text, assign_path<member, kind>, show_path<member>};

Refusal assign_listen(Settings& settings, std::string_view text) {
  return assign_endpoint(text, 9999, settings.listen_address, settings.listen_port);
}

std::string show_listen(const Settings& settings) {
  return show_endpoint(settings.listen_address, settings.listen_port);
}

Refusal assign_metrics(Settings& settings, std::string_view text) {
  if (!text.empty()) {
    return assign_endpoint(text, 9586, settings.metrics_address, settings.metrics_port);
  }
  settings.metrics_address.clear();
  settings.metrics_port = 0;
  return std::nullopt;
}

std::string show_metrics(const Settings& settings) {
  return show_endpoint(settings.metrics_address, settings.metrics_port);
}

/// node_exporter passes over files of any other name.
Refusal assign_textfile(Settings& settings, std::string_view text) {
  if (auto fault = path_fault(text, PathKind::optional)) return fault;
  if (!text.empty() && text.front() != '/') {
    return fmt::format(
        "'{}' is not absolute; give the whole path, such as /run/wgaudit/wgaudit.prom",
        to_printable(text));
  }
  if (!text.empty() && !text.ends_with(".prom")) {
    return fmt::format("'{}' does not end in .prom; node_exporter reads no other files",
                       to_printable(text));
  }
  settings.metrics_textfile = text;
  return std::nullopt;
}

Refusal assign_mark(Settings& settings, std::string_view text) {
  std::string_view digits = text;
  const int base = take_prefix(digits, "0x") ? 16 : 10;
  const auto mark = parse_number<std::uint32_t>(digits, base);
  if (!mark) {
    return fmt::format("'{}' is not a mark; give 0 to 0xffffffff, such as 0x5747",
                       to_printable(text));
  }
  settings.required_mark = *mark;
  return std::nullopt;
}

std::string show_mark(const Settings& settings) {
  return settings.required_mark == 0 ? "0" : fmt::format("{:#x}", settings.required_mark);
}

Refusal assign_interface(Settings& settings, std::string_view text) {
  const auto name = parse_interface_name(text);
  if (!name && !text.empty()) {
    return fmt::format(
        "'{}' is not an interface name; give 1 to 15 bytes without '/', ':' and blanks",
        to_printable(text));
  }
  settings.interface = name;
  return std::nullopt;
}

std::string show_interface(const Settings& settings) {
  return settings.interface ? std::string(settings.interface->view()) : std::string();
}

Refusal assign_user(Settings& settings, std::string_view text) {
  settings.user = text;
  return std::nullopt;
}

std::string show_user(const Settings& settings) {
  return settings.user;
}

Refusal assign_actions(Settings& settings, std::string_view text) {
  std::set<std::string> actions;
  do {
    const std::string_view word = trim(take_until(text, ','));
    if (!parse_action(word)) {
      const auto known = names_up_to(Action::checkpoint);
      const std::string all = fmt::format("give some of {}", fmt::join(known, ", "));
      return fmt::format("'{}' is not a record action; {}", to_printable(word),
                         suggest(word, known, all));
    }
    actions.emplace(word);
  } while (!text.empty());
  settings.hook_actions = std::move(actions);
  return std::nullopt;
}

std::string show_actions(const Settings& settings) {
  return fmt::format("{}", fmt::join(settings.hook_actions, ","));
}

/// A member of an enumeration, by its place among `names`.
template <auto member, const auto& names>
Refusal assign_name(Settings& settings, std::string_view text) {
  using Enum = std::decay_t<decltype(settings.*member)>;
  const auto found = std::find(std::begin(names), std::end(names), text);
  if (found == std::end(names)) {
    std::vector<std::string> known(std::begin(names), std::end(names));
    std::erase(known, "");
    return fmt::format("'{}' is none of them; {}", to_printable(text),
                       suggest(text, known, fmt::format("give {}", fmt::join(known, " or "))));
  }
  settings.*member = static_cast<Enum>(found - std::begin(names));
  return std::nullopt;
}

template <auto member, const auto& names>
std::string show_name(const Settings& settings) {
  return std::string(names[static_cast<std::size_t>(settings.*member)]);
}

constexpr std::string_view formats[] = {"compact", "classic"};
constexpr std::string_view compats[] = {"", "wg_monitor"};

Refusal assign_compat(Settings& settings, std::string_view text) {
  const bool has_default = settings.log_path == default_log_path(settings.compat);
  auto refusal = assign_name<&Settings::compat, compats>(settings, text);
  if (has_default) settings.log_path = default_log_path(settings.compat);
  return refusal;
}

template <auto member>
Refusal assign_boolean(Settings& settings, std::string_view text) {
  if (text != "true" && text != "false") {
    return fmt::format("'{}' is neither true nor false; give one of them", to_printable(text));
  }
  settings.*member = text == "true";
  return std::nullopt;
}

template <auto member>
std::string show_boolean(const Settings& settings) {
  return settings.*member ? "true" : "false";
}

template <auto member>
constexpr Value boolean = {TomlForm::boolean, assign_boolean<member>, show_boolean<member>};

constexpr Setting row(std::string_view name, std::string_view operand, std::string_view help,
                      const Value& value) {
  return {name, operand, help, false, value.form, value.assign, value.show};
}

constexpr Setting wg_monitor_row(std::string_view name, std::string_view operand,
                                 std::string_view help, const Value& value) {
  return {name, operand, help, true, value.form, value.assign, value.show};
}

constexpr Value listen = {TomlForm::text, assign_listen, show_listen};
constexpr Value metrics = {TomlForm::text, assign_metrics, show_metrics};
constexpr Value textfile = {TomlForm::text, assign_textfile,
                            show_path<&Settings::metrics_textfile>};
constexpr Value mark = {TomlForm::number, assign_mark, show_mark};
constexpr Value interface_name = {TomlForm::text, assign_interface, show_interface};
constexpr Value user = {TomlForm::text, assign_user, show_user};
constexpr Value actions = {TomlForm::list, assign_actions, show_actions};
constexpr Value log_format = {TomlForm::text, assign_name<&Settings::log_format, formats>,
                              show_name<&Settings::log_format, formats>};
constexpr Value compat = {TomlForm::text, assign_compat, show_name<&Settings::compat, compats>};

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t gibi = kibi * kibi * kibi;
constexpr std::uint64_t tebi = gibi * kibi;

constexpr Setting all_settings[] = {
    row("listen", "ADDR:PORT", "UDP address that syslog forwards to", listen),
    row("user", "NAME", "", user),
    row("journal", "DIR", "folder of journal and events",
        path<&Settings::journal, PathKind::needed>),
    wg_monitor_row("log_path", "FILE", "text audit log",
                   path<&Settings::log_path, PathKind::needed>),
    wg_monitor_row("interval", "S", "seconds between dumps",
                   clamped<&Settings::interval, 1, day, seconds_unit>),
    wg_monitor_row("threshold", "S", "seconds from last handshake to offline",
                   clamped<&Settings::threshold, 1, day, seconds_unit>),
    row("grace", "S", "seconds of absence that end no session",
        number<&Settings::grace, 0, day, seconds_unit>),
    wg_monitor_row("stats_interval", "S", "seconds between statistics",
                   clamped<&Settings::stats_interval, 1, day, seconds_unit>),
    wg_monitor_row("interface", "NAME", "write about this interface only [all]", interface_name),
    row("patterns", "DIR", "folder with more *.patterns",
        path<&Settings::patterns, PathKind::optional>),
    row("names", "FILE", "names of peers, as `wgaudit names` prints them",
        path<&Settings::names, PathKind::optional>),
    row("wg", "FILE", "", path<&Settings::wg, PathKind::absolute_or_none>),
    wg_monitor_row("on_change_script", "FILE", "hook: a program, run without a shell",
                   path<&Settings::on_change_script, PathKind::optional>),
    row("hook_actions", "LIST", "run it at", actions),
    row("hook_time_limit", "S", "", number<&Settings::hook_time_limit, 1, 3600, seconds_unit>),
    row("hook_concurrency", "N", "", number<&Settings::hook_concurrency, 1, 64, hooks>),
    row("listen_unix", "FILE", "", path<&Settings::listen_unix, PathKind::optional>),
    row("require_mark", "MARK", "", mark),
    row("receive_buffer", "SIZE", "", size<&Settings::receive_buffer_bytes, 4 * kibi, gibi>),
    row("segment_bytes", "SIZE", "", size<&Settings::segment_bytes, 4 * kibi, tebi>),
    row("segment_age", "H", "", number<&Settings::segment_age, 1, 8760, hours>),
    row("events_bytes", "SIZE", "", size<&Settings::events_bytes, 4 * kibi, tebi>),
    row("journal_bytes", "SIZE", "", size<&Settings::journal_bytes, 0, tebi>),
    row("journal_days", "D", "", number<&Settings::journal_days, 0, 36500, days>),
    row("seal_syslog", "FILE", "", path<&Settings::seal_syslog, PathKind::optional>),
    row("status_socket", "FILE", "", path<&Settings::status_socket, PathKind::optional>),
    row("metrics", "ADDR:PORT", "that Prometheus asks, such as 127.0.0.1:9586", metrics),
    row("metrics_textfile", "FILE", "", textfile),
    row("metrics_wireguard_exporter", "", "", boolean<&Settings::metrics_wireguard_exporter>),
    row("log_format", "NAME", "", log_format),
    row("compat", "NAME", "wg_monitor: behave as it does, see wgaudit(8)", compat),
    wg_monitor_row("debug", "", "say more on standard error", boolean<&Settings::debug>),
};

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

}  // namespace

std::span<const Setting> setting_table() {
  return all_settings;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::find_if(std::begin(all_settings), std::end(all_settings),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == std::end(all_settings) ? nullptr : found;
}

std::string flag_of(const Setting& setting) {
  std::string flag = "--" + std::string(setting.name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string upper_name_of(const Setting& setting) {
  return to_upper(setting.name);
}

std::string environment_of(const Setting& setting) {
  return std::string(environment_prefix) + to_upper(setting.name);
}

void apply(const Setting& setting, std::string_view value, std::string_view place, int exit_code,
           Settings& settings) {
  const auto refusal = setting.assign(settings, value);
  if (refusal) throw SetupError(fmt::format("{}: {}", place, *refusal), exit_code);
}

}  // namespace wgaudit
