#include <fmt/format.h>

#include "shell/readers/wg_monitor_grammar.hpp"
#include "shell/system/local_time.hpp"

namespace wgaudit {
namespace v2 {
namespace {

std::string line(UtcTime time, LogLevel level, std::string_view body) {
  const std::string_view tag = level == LogLevel::warning ? "[WARN] " : "";
  return fmt::format("{} {}{}\n", local_time_text(time), tag, body);
}

/// `Never`, the time alone on the same local day, or date and time.
std::string handshake_text(const Record& record) {
  const auto handshake = handshake_of(record);
  if (handshake == std::chrono::sys_seconds{}) return "Never";
  const std::string then = local_time_text(handshake);
  const auto date_length = then.find(' ');
  const bool same_day =
      local_time_text(record.created).substr(0, date_length) == then.substr(0, date_length);
  return same_day ? then.substr(date_length + 1) : then;
}

std::string started(const MonitorFacts& facts) {
  return fmt::format("Monitor started | Interval: {}s, Threshold: {}s, Stats: {}s{}",
                     facts.interval.count(), facts.threshold.count(), facts.stats_interval.count(),
                     only_interface_text(facts));
}

std::string presence(const Record& record, bool is_online, std::string_view mark) {
  return fmt::format("{:<7} {}{} (handshake: {})", is_online ? "ONLINE" : "OFFLINE",
                     peer_text(record), mark, handshake_text(record));
}

std::string first_seen(const Record& record, bool is_online) {
  return presence(record, is_online, " new");
}

std::string flipped(const Record& record, bool is_online) {
  return presence(record, is_online, "");
}

std::string roamed(const Record& record) {
  return fmt::format("ROAMING {} {} → {}", peer_text(record),
                     endpoint_text(record.previous_endpoint()), endpoint_text(record.endpoint()));
}

std::string removed(const Record& record) {
  return fmt::format("REMOVED {} (handshake: {})", peer_text(record), handshake_text(record));
}

std::string statistics(const Statistics& s) {
  return fmt::format("Statistics | Checks: {}, Failures: {}, Changes: {}, Errors: {}, Peers: {}",
                     s.checks, s.failures, s.changes, s.errors, s.peers);
}

}  // namespace
}  // namespace v2

const LineGrammar compact_grammar = {v2::line,   v2::started, v2::first_seen, v2::flipped,
                                     v2::roamed, v2::removed, v2::statistics};

}  // namespace wgaudit
