#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shell/journal/writer_status.hpp"
#include "shell/readers/hook_runs.hpp"
#include "shell/readers/reader_status.hpp"
#include "shell/status/duration_histogram.hpp"
#include "wgaudit/audit/counters.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The daemon at one moment: what `wgaudit status` shows and metrics count.
struct Status {
  Instant now;
  UtcTime started;
  MonitorFacts monitor;
  Counters counters;
  DatagramCounts datagrams;
  Records interfaces;  ///< Snapshot records of Auditor::current_state.
  Records peers;       ///< Snapshot records of Auditor::current_state.
  HandshakeCounts today;
  std::optional<UtcTime> last_dump;  ///< The last that succeeded.
  std::string dump_trouble;          ///< Why the last one failed; empty: it did not.
  DurationHistogram dump_durations;  ///< From the start of `wg` to its complete output.
  std::optional<HookRuns> hook_runs;
  std::vector<ReaderStatus> readers;
  WriterStatus writer;
  std::uint64_t journal_sequence = 0;  ///< Number of the last record, on the disk or not.
  std::uint64_t events_sequence = 0;
};

}  // namespace wgaudit
