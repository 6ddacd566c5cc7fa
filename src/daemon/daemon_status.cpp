#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "daemon/daemon.hpp"
#include "daemon/this_machine.hpp"
#include "shell/readers/wg_monitor_lines.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/log.hpp"

namespace wgaudit {

Status Daemon::status() {
  Status status;
  status.now = read_clocks();
  status.started = started_;
  status.monitor = monitor_facts();
  status.counters = recorder_.auditor().counters();
  status.datagrams = datagram_counts();
  recorder_.auditor().picture(status.now, status.peers);
  const auto first_peer =
      std::find_if(status.peers.begin(), status.peers.end(),
                   [](const Record& record) { return record.peer() != nullptr; });
  status.interfaces.assign(std::make_move_iterator(status.peers.begin()),
                           std::make_move_iterator(first_peer));
  status.peers.erase(status.peers.begin(), first_peer);
  status.today =
      recorder_.auditor().handshakes_of(std::chrono::floor<std::chrono::days>(status.now.utc));
  status.last_dump = last_dump_;
  status.dump_trouble = dump_trouble_;
  status.dump_durations = dump_durations_;
  if (hooks_) status.hook_runs = hooks_->runs();
  status.writer = writer_.status();
  const std::uint64_t on_disk = std::max(status.writer.journal_synced, journal_found_);
  status.readers.push_back(text_log_->status(on_disk));
  if (hooks_) status.readers.push_back(hooks_->status(on_disk));
  status.journal_sequence = recorder_.auditor().last_sequence(Stream::journal);
  status.events_sequence = recorder_.auditor().last_sequence(Stream::events);
  return status;
}

/// Recording does not depend on it.
void Daemon::start_status_socket() {
  const auto& path = settings_.status_socket;
  if (path.empty()) return;
  try {
    status_socket_.emplace(io_, StatusSocket::Options{path},
                           [this] { return StatusJson(status(), this_machine()); });
  } catch (const std::runtime_error& error) {
    write_daemon_log(fmt::format(
        "wgaudit status will not be answered: {}: {}; make a folder for the socket that belongs to "
        "this user alone, or name another with --status-socket",
        path.string(), error.what()));
  }
}

void Daemon::tell_status() {
  service_manager_.tell_status({recorder_.auditor().online_count(),
                                recorder_.auditor().peer_count(), last_dump_, dump_trouble_});
}

void Daemon::write_statistics() {
  const Counters& counters = recorder_.auditor().counters();
  const UtcTime now = read_clocks().utc;
  const HandshakeCounts today =
      recorder_.auditor().handshakes_of(std::chrono::floor<std::chrono::days>(now));
  const Statistics statistics = {counters.dumps + counters.dump_failures, counters.dump_failures,
                                 counters.changes, datagram_counts().rejected,
                                 recorder_.auditor().peer_count()};
  const std::string body =
      fmt::format("{}, Handshakes today: {}, Printed: {}",
                  statistics_body(statistics, settings_.log_format), today.proven, today.printed);
  write_line_to_stderr(text_line(now, LogLevel::info, body, settings_.log_format));
}

MonitorFacts Daemon::monitor_facts() const {
  MonitorFacts facts;
  facts.version = WGAUDIT_VERSION;
  facts.interval = settings_.interval;
  facts.threshold = settings_.threshold;
  facts.stats_interval = settings_.stats_interval;
  facts.grace = settings_.grace;
  facts.module_load = module_load_now();
  if (settings_.interface) facts.only_interface = settings_.interface->view();
  return facts;
}

DatagramCounts Daemon::datagram_counts() const {
  const Counters& counters = recorder_.auditor().counters();
  DatagramCounts counts{counters.received, counters.recorded, counters.ignored, 0};
  for (const auto& [reason, count] : counters.rejected) counts.rejected += count;
  return counts;
}

}  // namespace wgaudit
