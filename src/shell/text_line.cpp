#include "shell/text_line.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_endpoint = 255;
constexpr std::size_t max_allowed_ips = 1024;

std::tm local_time(UtcTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local;
}

/// `fE/wdxzl...HKFS6Ds=`
std::string abbreviated(const PublicKey& key) {
  const std::string text = to_text(key);
  return fmt::format("{}...{}", text.substr(0, 8), text.substr(text.size() - 8));
}

std::string peer_text(const Record& record) {
  const std::string ips = shown_ips(record.peer->allowed_ips);
  const bool one = ips.find_first_of(",/") == std::string::npos;
  const Endpoint endpoint = record.endpoint.value_or(Endpoint{});
  return fmt::format("[{}] {} ({}) [{}: {}]", to_printable(record.interface.view()),
                     abbreviated(*record.peer->public_key),
                     to_printable(to_text(endpoint), max_endpoint), one ? "IP" : "IPs", ips);
}

/// `Never`, the time alone on the same local day, or date and time.
std::string handshake_text(const Record& record) {
  const auto handshake = record.peer->latest_handshake.value_or(std::chrono::sys_seconds{});
  if (handshake.time_since_epoch().count() == 0) return "Never";
  const std::tm then = local_time(handshake);
  const std::tm now = local_time(record.created);
  const bool same_day = then.tm_year == now.tm_year && then.tm_yday == now.tm_yday;
  return same_day ? fmt::format("{:%H:%M:%S}", then) : fmt::format("{:%Y-%m-%d %H:%M:%S}", then);
}

std::string presence_body(const Record& record, std::string_view word) {
  const bool first = record.reason == "first_seen";
  return fmt::format("{} {}{} (handshake: {})", word, peer_text(record), first ? " new" : "",
                     handshake_text(record));
}

std::string roaming_body(const Record& record) {
  const auto text = [](const std::optional<Endpoint>& endpoint) {
    return to_printable(to_text(endpoint.value_or(Endpoint{})), max_endpoint);
  };
  return fmt::format("ROAMING {} {} → {}", peer_text(record), text(record.previous_endpoint),
                     text(record.endpoint));
}

std::string started_body(const MonitorFacts& facts) {
  std::string body =
      fmt::format("Monitor started | Interval: {}s, Threshold: {}s, Stats: {}s",
                  facts.interval.count(), facts.threshold.count(), facts.stats_interval.count());
  if (!facts.only_interface.empty()) body += ", Interface: " + to_printable(facts.only_interface);
  return body;
}

std::string stopped_lines(const Record& record) {
  std::string lines;
  if (record.monitor->signal) {
    lines = text_line(
        record.created, "",
        fmt::format("Received signal {}, shutting down gracefully...", *record.monitor->signal));
  }
  return lines + text_line(record.created, "", "Monitor stopped gracefully.");
}

/// An added peer that is online has its line as peer_online.
std::string added_line(const Record& record) {
  if (record.peer->presence != Presence::offline) return {};
  return text_line(record.created, "", presence_body(record, "OFFLINE"));
}

std::string journal_line(const Record& record) {
  const auto line = [&](std::string_view tag, std::string_view body) {
    return text_line(record.created, tag, body);
  };
  switch (std::get<Action>(record.action)) {
    case Action::monitor_started:
      return line("", started_body(*record.monitor));
    case Action::monitor_stopped:
      return stopped_lines(record);
    case Action::peer_added:
      return added_line(record);
    case Action::peer_online:
      return line("", presence_body(record, "ONLINE "));
    case Action::peer_offline:
      return line("", presence_body(record, "OFFLINE"));
    case Action::peer_roamed:
      return line("", roaming_body(record));
    case Action::peer_removed:
      return line("[WARN] ", fmt::format("REMOVED {} (handshake: {})", peer_text(record),
                                         handshake_text(record)));
    case Action::evidence_lost:
    case Action::identity_contradicted:
    case Action::clock_stepped:
    case Action::forged_input:
      return line("[WARN] ", still_printable(record.message));
    case Action::snapshot:
    case Action::session_ended:
    case Action::attempt:
    case Action::peer_identified:
    case Action::config_changed:
    case Action::checkpoint:
      return {};
  }
  __builtin_unreachable();
}

}  // namespace

std::string shown_ips(std::string_view allowed_ips) {
  std::string hosts;
  std::string_view rest = allowed_ips;
  while (!rest.empty()) {
    std::string_view prefix = take_until(rest, ',');
    const std::string_view address = take_until(prefix, '/');
    if (prefix != "32" && prefix != "128") continue;
    if (!hosts.empty()) hosts += ", ";
    hosts += address;
  }
  return hosts.empty() ? to_printable(allowed_ips, max_allowed_ips)
                       : to_printable(hosts, hosts.size());
}

std::string text_line(const Record& record) {
  return record.stream() == Stream::journal ? journal_line(record) : std::string();
}

std::string text_line(UtcTime time, std::string_view tag, std::string_view body) {
  return fmt::format("{} {}{}\n", local_time_text(time), tag, body);
}

std::string local_time_text(UtcTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", local_time(time));
}

}  // namespace wgaudit
