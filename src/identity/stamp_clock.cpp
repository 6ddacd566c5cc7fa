#include "wgaudit/identity/stamp_clock.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int drift_divisor = 2000;        // 500 ppm, MAXFREQ of kernel/time/ntp.c
constexpr Stamp margin = milliseconds(2);  // stamps and receipts are read at different moments
constexpr Stamp much = milliseconds(20);

// Where one in four of so many lines over so long was as quick as the quickest, these were prompt:
// lines that are delayed one by one, or kept waiting by a burst, differ.
constexpr int enough_samples = 20;
constexpr seconds stable_for{10};
constexpr Stamp prompt_lag = milliseconds(200);

// Lines that were printed so far apart and are late by the same were not stuck.
constexpr Stamp keeping_pace = milliseconds(50);

// Where every line is late for so long, the clocks were set apart, as by a restored virtual
// machine.
constexpr seconds longest_stall{120};

}  // namespace

void StampClock::on_line(Stamp stamp, SteadyTime received) {
  const Stamp offset = received.time_since_epoch() - stamp;
  const bool is_reset = is_set_ && offset > highest(received) + longest_lag &&
                        received - quickest_at_ > longest_stall && ++stalled_ > enough_samples;
  if (!is_set_ || is_reset) return begin(stamp, received);
  last_ = received;
  if (offset <= highest(received) + longest_lag) stalled_ = 0;
  if (offset < lowered_offset_ - (received - lowered_) / drift_divisor - much) {
    lowered_ = received;
    lowered_offset_ = offset;
    lowered_stamp_ = stamp;
    samples_ = prompt_ = 0;
  }
  ++samples_;
  if (offset <= quickest_ + much) ++prompt_;
  if (stamp - lowered_stamp_ >= keeping_pace) is_trusted_ = true;
  if (offset > highest(received)) return;
  quickest_ = offset;
  quickest_at_ = received;
}

Stamp StampClock::surely_before(SteadyTime moment) const {
  return moment.time_since_epoch() - highest(moment) - margin;
}

Stamp StampClock::surely_after(SteadyTime moment) const {
  return moment.time_since_epoch() - lowest(moment) + margin;
}

void StampClock::begin(Stamp stamp, SteadyTime received) {
  is_set_ = true;
  is_trusted_ = false;
  lowered_stamp_ = stamp;
  quickest_ = lowered_offset_ = received.time_since_epoch() - stamp;
  quickest_at_ = lowered_ = last_ = received;
  samples_ = prompt_ = stalled_ = 0;
}

Stamp StampClock::drift(SteadyTime now) const {
  return std::chrono::abs(now - quickest_at_) / drift_divisor;
}

Stamp StampClock::lowest(SteadyTime now) const {
  const bool is_stable =
      samples_ >= enough_samples && 4 * prompt_ >= samples_ && last_ - lowered_ >= stable_for;
  return quickest_ - (is_stable ? prompt_lag : longest_lag) - drift(now);
}

}  // namespace wgaudit
