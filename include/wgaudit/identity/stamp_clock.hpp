#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// Stamp is a time on printk's clock: since boot, at rest in suspend, as CLOCK_MONOTONIC is.
using Stamp = std::chrono::microseconds;

/// longest_lag is how long a line may take to arrive, and by how much lines may change places,
/// before a bound here is called in question. A stalled syslog daemon takes longer; that is
/// noticed.
inline constexpr Stamp longest_lag{1'100'000};

/// StampClock says where on printk's clock a moment of our steady clock lies. LineClock owns it.
///
/// No line is received before it was stamped, so the quickest line bounds the offset between the
/// clocks from above. Unless that line came out of a stall, it was not late by more than
/// longest_lag, which bounds the offset from below. With many lines as quick and none quicker for a
/// while, it was prompt, and the bound is closer. Both bounds give way by 500 ppm, the most by
/// which the kernel slews one clock against the other (MAXFREQ of kernel/time/ntp.c).
class StampClock {
 public:
  void on_line(Stamp stamp, SteadyTime received);

  bool is_set() const { return is_set_; }

  /// Returns a stamp: lines stamped before it were printed before `moment`.
  Stamp surely_before(SteadyTime moment) const;
  /// Returns a stamp: lines stamped after it were printed after `moment`.
  Stamp surely_after(SteadyTime moment) const;

  /// Returns when a line was printed, at the earliest.
  SteadyTime earliest(Stamp stamp) const { return SteadyTime(stamp + lowest(last_)); }

  /// Returns by how much more than the quickest a line was late.
  Stamp lateness(Stamp stamp, SteadyTime received) const {
    return std::max(received.time_since_epoch() - stamp - quickest_, Stamp(0));
  }

  /// Returns whether bounds hold. Lines that were stuck before the first that was received come in
  /// one burst with it, and each is less late than the one before: until some come that keep pace,
  /// no bound holds.
  bool is_trusted() const { return is_trusted_; }

 private:
  void begin(Stamp stamp, SteadyTime received);
  Stamp drift(SteadyTime now) const;
  Stamp highest(SteadyTime now) const { return quickest_ + drift(now); }
  Stamp lowest(SteadyTime now) const;

  bool is_set_ = false;
  bool is_trusted_ = false;
  Stamp quickest_{};        ///< Our clock minus printk's, by the line that was quickest.
  SteadyTime quickest_at_;  ///< When the quickest line was received.
  SteadyTime lowered_;      ///< When `quickest_` last fell by much.
  Stamp lowered_offset_{};  ///< Offset by the line that did: in a burst it falls little by little.
  Stamp lowered_stamp_{};   ///< Stamp of that line.
  SteadyTime last_;         ///< When a line was last received.
  std::int64_t samples_ = 0;  ///< Number of lines since it last fell by much.
  std::int64_t prompt_ = 0;   ///< Number of these that were as quick as the quickest.
  int stalled_ = 0;           ///< Lines in a row that were later than longest_lag.
};

}  // namespace wgaudit
