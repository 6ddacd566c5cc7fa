#include "wgaudit/identity/line_clock.hpp"

namespace wgaudit {
namespace {

// The two clocks drift by less in the time that a line takes.
constexpr std::chrono::milliseconds wall_step{50};

}  // namespace

bool LineClock::on_time(Instant now) {
  const auto ahead = now.utc.time_since_epoch() - now.awake().time_since_epoch();
  const bool was_set = std::chrono::abs(ahead - wall_ahead_) > wall_step;
  if (was_set) wall_set_ = now.awake();
  wall_ahead_ = ahead;
  return was_set;
}

Instant LineClock::printed(const LineTimes& times) const {
  const Instant& received = times.received;
  if (!times.stamp) return received;
  return received.earlier(stamps_.lateness(*times.stamp, received.awake()));
}

std::optional<UtcTime> LineClock::printed_not_before(const StampedLine& line) const {
  const auto earliest = stamps_.earliest(line.stamp);
  if (wall_set_ >= earliest) return std::nullopt;
  return line.received.utc - (line.received.awake() - earliest);
}

DumpSpan LineClock::span_of(Instant started, Instant finished) const {
  return {stamps_.surely_before(started.awake()), stamps_.surely_after(finished.awake()),
          finished.utc};
}

}  // namespace wgaudit
