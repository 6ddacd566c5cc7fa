#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// printk's clock: since boot, at rest in suspend, as CLOCK_MONOTONIC is.
using Stamp = std::chrono::microseconds;

/// How long a line may take to arrive, and by how much lines may change places, before a bound here
/// is called in question. A stalled syslog daemon takes longer; that is noticed.
inline constexpr Stamp longest_lag{1'100'000};

/// Where on printk's clock a moment of ours lies. No line is received before it was stamped, so the
/// quickest line bounds the offset between the clocks from above; and unless it came out of a stall
/// it was not late by more than longest_lag, which bounds the offset from below. With many lines
/// as quick and none quicker for a while, it was prompt. Both bounds give way by 500 ppm, the most
/// by which the kernel slews one clock against the other.
class StampClock {
 public:
  void on_line(Stamp stamp, SteadyTime received);

  bool is_set() const { return is_set_; }

  /// Stamped before this: printed before `moment`.
  Stamp surely_before(SteadyTime moment) const;
  /// Stamped behind this: printed after `moment`.
  Stamp surely_after(SteadyTime moment) const;

  /// When a line was printed, at the earliest.
  SteadyTime earliest(Stamp stamp) const { return SteadyTime(stamp + lowest(last_)); }

  /// By how much more than the quickest a line was late.
  Stamp lateness(Stamp stamp, SteadyTime received) const {
    return std::max(received.time_since_epoch() - stamp - quickest_, Stamp(0));
  }

  /// Lines that were stuck in front of the first that we saw come in one burst with it, and each is
  /// less late than the one before. Until some come that keep pace, no bound holds.
  bool is_trusted() const { return is_trusted_; }

 private:
  void begin(Stamp stamp, SteadyTime received);
  Stamp drift(SteadyTime now) const;
  Stamp highest(SteadyTime now) const { return quickest_ + drift(now); }
  Stamp lowest(SteadyTime now) const;

  bool is_set_ = false;
  bool is_trusted_ = false;
  Stamp quickest_{};          ///< Our clock minus printk's, by the line that was quickest.
  SteadyTime quickest_at_;    ///< When that was received.
  SteadyTime lowered_;        ///< When it was last bettered by much.
  Stamp lowered_offset_{};    ///< By the line that did: a burst betters it little by little.
  Stamp lowered_stamp_{};     ///< Stamp of the line that did.
  SteadyTime last_;           ///< When a line was last received.
  std::int64_t samples_ = 0;  ///< Since it was last bettered by much.
  std::int64_t prompt_ = 0;   ///< Of these, as quick as the quickest.
  int stalled_ = 0;           ///< Lines in a row that were later than longest_lag.
};

}  // namespace wgaudit
