#include "wgaudit/peers/stamp_clock.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int drift_divisor = 2000;  // 500 ppm, MAXFREQ of kernel/time/ntp.c
constexpr Stamp margin = milliseconds(2);
constexpr Stamp much = milliseconds(20);

// The quickest of so many lines, over so long, was prompt: even where each is delayed at random by
// up to a second, one in 10^3 such runs has none below a fifth of it.
constexpr int enough_samples = 30;
constexpr seconds stable_for{20};
constexpr Stamp prompt_lag = milliseconds(200);

// Lines that were stuck in front of the first that we saw come in one burst with it.
constexpr milliseconds burst{300};

// Every line late for so long: the clocks were set apart, as by a restored virtual machine.
constexpr seconds longest_stall{120};

}  // namespace

void StampClock::on_line(Stamp stamp, SteadyTime received) {
  const Stamp offset = received.time_since_epoch() - stamp;
  if (!is_set_) return begin(offset, received);
  age(received);
  if (offset > high_ + longest_lag) {
    if (received - prompt_ > longest_stall) begin(offset, received);
    return;
  }
  prompt_ = received;
  narrow(offset, received);
}

Stamp StampClock::surely_before(SteadyTime moment) const {
  return moment.time_since_epoch() - high_ - margin;
}

Stamp StampClock::surely_after(SteadyTime moment) const {
  return moment.time_since_epoch() - low_ + margin;
}

void StampClock::begin(Stamp offset, SteadyTime received) {
  is_set_ = true;
  high_ = offset;
  low_ = offset - longest_lag;
  aged_ = lowered_ = prompt_ = received;
  known_since_ = received + burst;
  samples_ = 0;
}

void StampClock::age(SteadyTime now) {
  const Stamp drift = (now - aged_) / drift_divisor;
  if (drift.count() == 0) return;
  aged_ = now;
  high_ += drift;
  low_ -= drift;
}

void StampClock::narrow(Stamp offset, SteadyTime received) {
  if (offset < high_ - much) {
    lowered_ = received;
    samples_ = 0;
  }
  ++samples_;
  if (offset < low_) low_ = offset - longest_lag;  // what bounded it came out of a stall
  high_ = std::min(high_, offset);
  low_ = std::min(std::max(low_, offset - longest_lag), high_);
  const bool is_stable = samples_ >= enough_samples && received - lowered_ >= stable_for;
  if (is_stable) low_ = std::max(low_, high_ - prompt_lag);
}

}  // namespace wgaudit
