#pragma once

#include <string>

#include "daemon/dump_loop.hpp"
#include "daemon/journal_keeper.hpp"
#include "daemon/readers.hpp"
#include "daemon/recorder.hpp"
#include "shell/settings/settings.hpp"
#include "shell/status/status.hpp"
#include "shell/system/service_manager.hpp"

namespace wgaudit {

/// Says how the daemon is: to `wgaudit status`, to metrics, to the service manager and in records.
/// Owned by the daemon, whose parts it asks, and used on its loop alone.
class StatusSource {
 public:
  StatusSource(const Settings& settings, Recorder& recorder, JournalKeeper& journal,
               Readers& readers, const DumpLoop& dumps, UtcTime started);

  Status status();

  /// The settings and the module's load, for the records of start and stop.
  MonitorFacts monitor_facts() const;

  DatagramCounts datagram_counts() const;

  /// The line of statistics that the daemon writes at intervals.
  std::string statistics_line() const;

  ServiceStatus service_status() const;

 private:
  const Settings& settings_;
  Recorder& recorder_;
  JournalKeeper& journal_;
  Readers& readers_;
  const DumpLoop& dumps_;
  UtcTime started_;
};

}  // namespace wgaudit
