#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shell/settings/log_format.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// wg_monitor's counters of a run.
struct Statistics {
  std::uint64_t checks = 0;    ///< Dumps.
  std::uint64_t failures = 0;  ///< Dumps that failed.
  std::uint64_t changes = 0;
  std::uint64_t errors = 0;
  std::uint64_t peers = 0;
};

/// What the two grammars of wg_monitor's log say each in its own way. All but `line` give a body:
/// no time, no level, no line end.
struct LineGrammar {
  std::string (*line)(UtcTime time, LogLevel level, std::string_view body);
  std::string (*started)(const MonitorFacts& facts);
  std::string (*first_seen)(const Record& record, bool is_online);
  std::string (*flipped)(const Record& record, bool is_online);
  std::string (*roamed)(const Record& record);
  std::string (*removed)(const Record& record);
  std::string (*statistics)(const Statistics& statistics);
};

extern const LineGrammar compact_grammar;
extern const LineGrammar classic_grammar;

/// What both say in the same way: `[wg0] fE/wdxzl...HKFS6Ds= (192.168.1.50:51820) [IP: 10.0.0.1]`
std::string peer_text(const Record& record);

/// Printable, and no longer than wg_monitor has it.
std::string endpoint_text(const std::optional<Endpoint>& endpoint);

/// Zero: never.
std::chrono::sys_seconds handshake_of(const Record& record);

/// `, Interface: wg0`, or nothing where all are shown.
std::string only_interface_text(const MonitorFacts& facts);

/// wg_monitor's short form of allowed IPs: the host addresses among them, without their length,
/// joined by `, `; all of them as they are where there is no host address. Printable.
std::string shown_ips(std::string_view allowed_ips);

}  // namespace wgaudit
