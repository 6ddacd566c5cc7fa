#include "commands/view_options.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/settings/setting_duration.hpp"
#include "shell/settings/suggestion.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {
namespace {

/// Refuses the value of a flag of the view.
[[noreturn]] void refuse_view(const std::string& reason) {
  throw SetupError(reason, EX_USAGE);
}

Since parse_since(std::string_view flag, std::string_view text) {
  if (text == "now") return std::chrono::seconds(0);
  if (const auto time = parse_rfc3339(text)) return *time;
  if (const auto span = parse_duration(text)) return *span;
  refuse_view(
      fmt::format("{}: '{}' is no time; give one such as 2026-11-21T07:00:00Z, 15m, 2h, 1d or now",
                  flag, to_printable(text)));
}

RecordKind parse_kind(std::string_view text) {
  if (const auto kind = parse_record_kind(text)) return *kind;
  std::vector<std::string> known = names_up_to(EventKind::unknown_message);
  for (std::string& action : names_up_to(Action::checkpoint)) known.push_back(std::move(action));
  refuse_view(
      fmt::format("--kind: '{}' is no kind of record; {}", to_printable(text),
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
    refuse_view("--peer: no peer is named ''; give a name, the beginning of a key, or a kernel id");
  }
  PeerSelector peer(std::move(text));
  if (command == Command::classify && !peer.id()) {
    refuse_view(
        fmt::format("--peer: log text does not tell who '{}' is; give a kernel id such as 7",
                    to_printable(peer.text())));
  }
  return peer;
}

InterfaceName parse_interface(std::string_view text) {
  if (const auto name = parse_interface_name(text)) return *name;
  refuse_view(fmt::format("--interface: '{}' is not an interface name; give one such as wg0",
                          to_printable(text)));
}

Network parse_source(std::string_view text) {
  if (const auto network = parse_network(text)) return *network;
  refuse_view(
      fmt::format("--source: '{}' is no address or prefix, or has bits behind it; give "
                  "one such as 203.0.113.7, 10.1.0.0/16 or 2001:db8::/32",
                  to_printable(text)));
}

ShownForm read_form(const CommandRow& row, const Arguments& arguments) {
  const bool is_raw = arguments.has_switch("--raw");
  if (is_raw && arguments.has_switch("--json")) refuse_view("--raw and --json: give one of them");
  if (is_raw) return ShownForm::raw;
  const bool is_text = row.command == Command::classify ? arguments.has_switch("--text")
                                                        : !arguments.has_switch("--json");
  return is_text ? ShownForm::text : ShownForm::json;
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
    refuse_view("--until: is before --since; give a later time");
  }
  return complete;
}

ViewOptions read_view(const CommandRow& row, const Arguments& arguments) {
  ViewOptions view;
  if (const auto peer = arguments.value("--peer")) {
    view.filter.peer = parse_peer(row.command, *peer);
  }
  view.filter.kinds = parse_kinds(arguments.values("--kind"));
  // For run and doctor it is a setting.
  if (const auto name = arguments.value("--interface"); name && !takes_setting(row, "interface")) {
    view.filter.interface = parse_interface(*name);
  }
  if (const auto source = arguments.value("--source")) view.filter.source = parse_source(*source);
  if (const auto since = arguments.value("--since")) view.since = parse_since("--since", *since);
  if (const auto until = arguments.value("--until")) view.until = parse_since("--until", *until);
  view.form = read_form(row, arguments);
  return view;
}

}  // namespace wgaudit
