#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// From how much on a step of the wall clock is one. Slewing moves both clocks alike, and both are
/// read within a millisecond, so they part by nothing else. ntpd does not set a clock that is off
/// by less than 128 ms, others leave it at more.
inline constexpr std::chrono::milliseconds least_clock_step{100};

/// The wall clock was set: what it would have said by then, and what it says.
struct ClockStep {
  UtcTime from;
  UtcTime to;

  friend bool operator==(const ClockStep&, const ClockStep&) = default;
};

/// How the wall clock stood against the steady one, and since when. Times that somebody else noted
/// by the wall clock, as the kernel does handshakes, are compared with others here only as what
/// they are on the steady clock: so it does not matter when it was set, nor which way.
class WallClock {
 public:
  /// Takes the time, at every wake-up; whether the clock was set since the last one.
  std::optional<ClockStep> on_time(Instant now);

  /// When the wall clock said `said`: under the latest of its settings in whose time that lies. In
  /// the future where it lies in that of none.
  SteadyTime when(UtcTime said) const;

 private:
  struct Setting {
    std::chrono::microseconds ahead;  ///< Of the steady clock.
    SteadyTime first;                 ///< The first and the last time that we read the clocks then.
    SteadyTime last;
  };

  std::vector<Setting> settings_;  ///< In their order; the last ones.
};

}  // namespace wgaudit
