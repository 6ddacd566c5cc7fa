#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shell/settings/log_format.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// A journal record as wg_monitor writes it in its log, in local time, with line end; empty for
/// records that have no line there. Times are those of recording, so a file of lines is in order.
std::string text_line(const Record& record, LogFormat format);

/// A line of any text, with line end.
std::string text_line(UtcTime time, LogLevel level, std::string_view body, LogFormat format);

/// wg_monitor's counters of a run.
struct Statistics {
  std::uint64_t checks = 0;    ///< Dumps.
  std::uint64_t failures = 0;  ///< Of them.
  std::uint64_t changes = 0;
  std::uint64_t errors = 0;
  std::uint64_t peers = 0;
};

/// `Statistics …`, without time and line end.
std::string statistics_body(const Statistics& statistics, LogFormat format);

/// wg_monitor's short form of allowed IPs: the host addresses among them, without their length,
/// joined by `, `; all of them as they are where there is no host address. Printable.
std::string shown_ips(std::string_view allowed_ips);

}  // namespace wgaudit
