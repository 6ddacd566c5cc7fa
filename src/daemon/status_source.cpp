#include "daemon/status_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "daemon/this_machine.hpp"
#include "shell/readers/wg_monitor_lines.hpp"
#include "shell/system/clocks.hpp"

namespace wgaudit {

StatusSource::StatusSource(const Settings& settings, Recorder& recorder, JournalKeeper& journal,
                           Readers& readers, const DumpLoop& dumps, UtcTime started)
    : settings_(settings),
      recorder_(recorder),
      journal_(journal),
      readers_(readers),
      dumps_(dumps),
      started_(started) {}

Status StatusSource::status() {
  const Auditor& auditor = recorder_.auditor();
  const DumpHistory& dumps = dumps_.history();
  Status status;
  status.now = read_clocks();
  status.started = started_;
  status.monitor = monitor_facts();
  status.counters = auditor.counters();
  status.datagrams = datagram_counts();
  auditor.current_state(status.now, status.peers);
  const auto first_peer =
      std::find_if(status.peers.begin(), status.peers.end(),
                   [](const Record& record) { return record.peer() != nullptr; });
  status.interfaces.assign(std::make_move_iterator(status.peers.begin()),
                           std::make_move_iterator(first_peer));
  status.peers.erase(status.peers.begin(), first_peer);
  status.today = auditor.handshakes_of(std::chrono::floor<std::chrono::days>(status.now.utc));
  status.last_dump = dumps.last;
  status.dump_trouble = dumps.trouble;
  status.dump_durations = dumps.durations;
  status.writer = journal_.writer().status();
  readers_.add_to(status, std::max(status.writer.journal_synced, journal_.found()));
  status.journal_sequence = auditor.last_sequence(Stream::journal);
  status.events_sequence = auditor.last_sequence(Stream::events);
  return status;
}

MonitorFacts StatusSource::monitor_facts() const {
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

DatagramCounts StatusSource::datagram_counts() const {
  const Counters& counters = recorder_.auditor().counters();
  DatagramCounts counts{counters.received, counters.recorded, counters.ignored, 0};
  for (const auto& [reason, count] : counters.rejected) counts.rejected += count;
  return counts;
}

std::string StatusSource::statistics_line() const {
  const Auditor& auditor = recorder_.auditor();
  const Counters& counters = auditor.counters();
  const UtcTime now = read_clocks().utc;
  const HandshakeCounts today = auditor.handshakes_of(std::chrono::floor<std::chrono::days>(now));
  const Statistics statistics = {counters.dumps + counters.dump_failures, counters.dump_failures,
                                 counters.changes, datagram_counts().rejected,
                                 auditor.peer_count()};
  const std::string body =
      fmt::format("{}, Handshakes today: {}, Printed: {}",
                  statistics_body(statistics, settings_.log_format), today.proven, today.printed);
  return text_line(now, LogLevel::info, body, settings_.log_format);
}

ServiceStatus StatusSource::service_status() const {
  const Auditor& auditor = recorder_.auditor();
  const DumpHistory& dumps = dumps_.history();
  return {auditor.online_count(), auditor.peer_count(), dumps.last, dumps.trouble};
}

}  // namespace wgaudit
