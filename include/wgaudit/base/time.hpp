#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// Wall-clock time in UTC. Everything that is written uses it.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

/// CLOCK_BOOTTIME: steady, and goes on in suspend, as handshakes age. Nothing here reads it.
struct BootClock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};

/// Time since boot. Everything that waits uses it.
using SteadyTime = BootClock::time_point;

/// Both clocks, read once per wake-up by the shell and handed down; the core reads no clock.
struct Instant {
  SteadyTime steady;
  UtcTime utc;
  std::chrono::microseconds suspended{0};  ///< Since boot; the steady clock counts it.

  /// As printk's clock counts, which is at rest in suspend.
  SteadyTime awake() const { return steady - suspended; }

  /// The same setting of the clocks, so much earlier.
  Instant earlier(std::chrono::microseconds time) const {
    return {steady - time, utc - time, suspended};
  }

  /// When the wall clock's second began: a time of now that is cut to the second says this.
  SteadyTime second() const {
    return steady - (utc - std::chrono::floor<std::chrono::seconds>(utc));
  }
};

/// RFC 3339 in UTC with six decimals: `2026-11-21T07:13:10.619551Z`.
std::string to_rfc3339(UtcTime time);
void append_rfc3339(UtcTime time, std::string& text);

/// The date of an RFC 3339 time: `2026-11-21`.
std::string to_date(std::chrono::sys_days day);

/// Reads an RFC 3339 time with any offset and any number of decimals (those beyond microseconds are
/// cut). Also takes the offset without a colon and a decimal comma, as `journalctl -o short-iso`
/// and `dmesg --time-format=iso` print them.
std::optional<UtcTime> parse_rfc3339(std::string_view text);

}  // namespace wgaudit
