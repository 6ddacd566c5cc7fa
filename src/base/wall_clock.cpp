#include "wgaudit/base/wall_clock.hpp"

namespace wgaudit {
namespace {

using std::chrono::microseconds;

// Times noted by the wall clock may be cut to the second.
constexpr std::chrono::seconds cut{1};

// Times that are asked for are minutes old, and no clock is set every second: 64 are enough.
constexpr std::size_t max_settings = 64;

}  // namespace

std::optional<ClockStep> WallClock::on_time(Instant now) {
  const microseconds ahead = now.utc.time_since_epoch() - now.steady.time_since_epoch();
  if (settings_.empty()) {
    settings_.push_back({ahead, now.steady, now.steady});
    return std::nullopt;
  }
  const microseconds before = settings_.back().ahead;
  if (std::chrono::abs(ahead - before) < least_clock_step) {
    settings_.back().last = now.steady;
    return std::nullopt;
  }
  if (settings_.size() == max_settings) settings_.erase(settings_.begin());
  settings_.push_back({ahead, now.steady, now.steady});
  return ClockStep{UtcTime(now.steady.time_since_epoch() + before), now.utc};
}

/// A setting is known only to have happened between two readings, the last of the setting before
/// and the first of its own. So `said` is looked for from the former to the first reading of the
/// next setting.
SteadyTime WallClock::when(UtcTime said) const {
  const auto under = [&](const Setting& setting) {
    return SteadyTime(said.time_since_epoch() - setting.ahead);
  };
  for (std::size_t i = settings_.size(); i-- > 0;) {
    const SteadyTime time = under(settings_[i]);
    const bool is_last = i + 1 == settings_.size();
    const SteadyTime end = is_last ? settings_[i].last : settings_[i + 1].first;
    if (time <= end && (i == 0 || time + cut >= settings_[i - 1].last)) return time;
  }
  return under(settings_.back());
}

}  // namespace wgaudit
