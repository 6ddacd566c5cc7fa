#pragma once

#include <chrono>
#include <optional>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// printk's clock: since boot, at rest in suspend, as CLOCK_MONOTONIC is.
using Stamp = std::chrono::microseconds;

/// How long a line may take to arrive, and by how much lines may change places, before a bound here
/// is called in question. A stalled syslog daemon takes longer; that is noticed.
inline constexpr Stamp longest_lag{1'100'000};

/// Where on printk's clock a moment of ours lies. A line is received after it was stamped: no line
/// is late by less than nothing, which bounds the offset between the clocks from above by the
/// quickest line; and one that is late by more than longest_lag only comes out of a stall, which
/// bounds it from below. With many lines seen and the quickest no longer improving, that one was
/// prompt. Both bounds give way by 500 ppm, the most by which the kernel slews one clock against
/// the other.
class StampClock {
 public:
  void on_line(Stamp stamp, SteadyTime received);

  bool is_set() const { return is_set_; }

  /// Stamped before this: printed before `moment`.
  Stamp surely_before(SteadyTime moment) const;
  /// Stamped behind this: printed after `moment`.
  Stamp surely_after(SteadyTime moment) const;

  /// When a line was printed, at the earliest.
  SteadyTime earliest(Stamp stamp) const { return SteadyTime(stamp + low_); }

  /// No bound holds for moments before this.
  SteadyTime known_since() const { return known_since_; }

 private:
  void begin(Stamp offset, SteadyTime received);
  void age(SteadyTime now);
  void narrow(Stamp offset, SteadyTime received);

  bool is_set_ = false;
  Stamp high_{};            ///< Our clock minus printk's: at most.
  Stamp low_{};             ///< At least.
  SteadyTime aged_;         ///< Until when the bounds have given way.
  SteadyTime lowered_;      ///< When high_ last fell by much.
  SteadyTime known_since_;  ///< A stall before the first line would be invisible.
  SteadyTime prompt_;       ///< When a line was last not late.
  int samples_ = 0;         ///< Since high_ last fell by much.
};

}  // namespace wgaudit
