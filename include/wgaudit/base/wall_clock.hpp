#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// The least difference that counts as a step of the wall clock. Slewing moves both clocks alike,
/// and both are read within a millisecond, so nothing else makes them differ. ntpd does not set a
/// clock that is off by less than 128 ms; other programs wait for more.
inline constexpr std::chrono::milliseconds least_clock_step{100};

/// A ClockStep is a setting of the wall clock.
struct ClockStep {
  UtcTime from;  ///< Time that the clock would have shown.
  UtcTime to;    ///< Time that it shows.

  friend bool operator==(const ClockStep&, const ClockStep&) = default;
};

/// A WallClock remembers the last settings of the wall clock against the steady one. The kernel
/// notes handshakes by the wall clock; here such times are turned into steady ones before they are
/// compared, so it does not matter when the clock was set, or in which direction.
class WallClock {
 public:
  /// Takes the time, at every wake-up. Returns the step if the clock was set since the last one.
  std::optional<ClockStep> on_time(Instant now);

  /// Returns when the wall clock showed `said`, by the latest of its settings under which it did.
  /// The time may lie in the future where it did under none.
  SteadyTime when(UtcTime said) const;

 private:
  /// A time in which the wall clock was not set.
  struct Setting {
    std::chrono::microseconds ahead;  ///< Wall-clock time less steady time.
    SteadyTime first;                 ///< First reading of the clocks under this setting.
    SteadyTime last;                  ///< Last reading under it.
  };

  std::vector<Setting> settings_;  ///< The last settings, the oldest first.
};

}  // namespace wgaudit
