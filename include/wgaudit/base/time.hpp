#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// A UtcTime is wall-clock time in UTC. Everything that is written uses it.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

/// BootClock is CLOCK_BOOTTIME: steady, and it goes on in suspend, as the age of a handshake does.
/// It has no `now`: the core is given the time.
struct BootClock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};

/// A SteadyTime is a time since boot. Everything that waits or compares times uses it.
using SteadyTime = BootClock::time_point;

/// An Instant is a reading of both clocks. The shell takes one per wake-up and hands it down.
struct Instant {
  SteadyTime steady;                       ///< Time since boot.
  UtcTime utc;                             ///< Wall-clock time.
  std::chrono::microseconds suspended{0};  ///< Part of `steady` that the machine was suspended.

  /// Returns the time of printk's clock, which rests in suspend.
  SteadyTime awake() const { return steady - suspended; }

  /// Returns the instant that is earlier by `time`, as if no clock was set in between.
  Instant earlier(std::chrono::microseconds time) const {
    return {steady - time, utc - time, suspended};
  }

  /// Returns when the wall clock's second began: the time of an event of now whose time is cut to
  /// the second.
  SteadyTime second() const {
    return steady - (utc - std::chrono::floor<std::chrono::seconds>(utc));
  }
};

/// Writes a time by RFC 3339, in UTC with six decimals: `2026-11-21T07:13:10.619551Z`.
std::string to_rfc3339(UtcTime time);
void append_rfc3339(UtcTime time, std::string& text);

/// Writes a day as the date of an RFC 3339 time: `2026-11-21`.
std::string to_date(std::chrono::sys_days day);

/// Reads an RFC 3339 time with any offset and any number of decimals (those beyond microseconds are
/// cut). Also takes the offset without a colon and a decimal comma, as `journalctl -o short-iso`
/// and `dmesg --time-format=iso` print them.
std::optional<UtcTime> parse_rfc3339(std::string_view text);

}  // namespace wgaudit
