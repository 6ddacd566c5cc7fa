#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/interface_life.hpp"
#include "wgaudit/identity/line_queue.hpp"
#include "wgaudit/identity/stamp_clock.hpp"

namespace wgaudit {

/// LineTimes says when a line was printed and when it was received, and which record it became.
struct LineTimes {
  std::optional<Stamp> stamp;  ///< Absent where the line has none: it can prove nothing.
  Instant received;
  std::uint64_t event_sequence = 0;  ///< Number of the line's record in the events file.
};

/// LineClock places lines and dumps on printk's clock, and lines on the wall clock. RegistryState
/// owns it. Its steady times are Instant::awake, which printk's clock can be compared with.
class LineClock {
 public:
  /// Takes when a line was printed and received, which bounds the offset between the clocks.
  void on_line(Stamp stamp, Instant received) { stamps_.on_line(stamp, received.awake()); }

  /// Takes the time. Returns whether the wall clock was set since the last time.
  bool on_time(Instant now);

  /// Returns whether bounds hold (StampClock::is_trusted).
  bool is_trusted() const { return stamps_.is_trusted(); }

  /// Returns when a line was printed, at the earliest.
  SteadyTime earliest(Stamp stamp) const { return stamps_.earliest(stamp); }

  /// Returns a stamp: lines stamped after it were printed after `moment`.
  Stamp surely_after(SteadyTime moment) const { return stamps_.surely_after(moment); }

  /// Returns when a line that was taken had been printed, at the latest.
  Instant printed(const LineTimes& times) const;

  /// Returns when a line was printed, at the earliest; nothing where the wall clock was set since.
  std::optional<UtcTime> printed_not_before(const StampedLine& line) const;

  /// Places a dump on printk's clock, with all doubt between the bounds.
  DumpSpan span_of(Instant started, Instant finished) const;

 private:
  StampClock stamps_;
  std::chrono::microseconds wall_ahead_{};  ///< By how much the wall clock is ahead of the steady.
  SteadyTime wall_set_;                     ///< When the wall clock was last set, or first read.
};

}  // namespace wgaudit
