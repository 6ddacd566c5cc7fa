#include <fmt/format.h>

#include "shell/readers/wg_monitor_grammar.hpp"
#include "shell/system/local_time.hpp"

namespace wgaudit {
namespace v1 {
namespace {

std::string line(UtcTime time, LogLevel level, std::string_view body) {
  const std::string_view name = level == LogLevel::warning ? "WARNING" : "INFO";
  return fmt::format("{} - {} - {}\n", local_time_text(time), name, body);
}

std::string handshake_text(const Record& record) {
  const auto handshake = handshake_of(record);
  return handshake == std::chrono::sys_seconds{} ? "Never" : local_time_text(handshake);
}

std::string started(const MonitorFacts& facts) {
  return fmt::format("Monitor started - Interval: {}s, Threshold: {}s, Stats interval: {}s{}",
                     facts.interval.count(), facts.threshold.count(), facts.stats_interval.count(),
                     only_interface_text(facts));
}

std::string first_seen(const Record& record, bool is_online) {
  return fmt::format("New peer discovered: {} - {} (Last handshake: {})", peer_text(record),
                     is_online ? "ONLINE" : "OFFLINE", handshake_text(record));
}

std::string flipped(const Record& record, bool is_online) {
  return fmt::format("Status change: {} → {} (Last handshake: {})", peer_text(record),
                     is_online ? "ONLINE" : "OFFLINE", handshake_text(record));
}

std::string roamed(const Record& record) {
  return fmt::format("Endpoint changed (Roaming): {} (Old: {} → New: {})", peer_text(record),
                     endpoint_text(record.previous_endpoint()), endpoint_text(record.endpoint()));
}

/// Version 1 says nothing of a peer that is gone; these are version 2's words.
std::string removed(const Record& record) {
  return fmt::format("REMOVED {} (Last handshake: {})", peer_text(record), handshake_text(record));
}

std::string statistics(const Statistics& s) {
  return fmt::format(
      "Statistics - Checks: {}, Failures: {}, State changes: {}, Parse errors: {}, Tracking peers: "
      "{}",
      s.checks, s.failures, s.changes, s.errors, s.peers);
}

}  // namespace
}  // namespace v1

const LineGrammar classic_grammar = {v1::line,   v1::started, v1::first_seen, v1::flipped,
                                     v1::roamed, v1::removed, v1::statistics};

}  // namespace wgaudit
