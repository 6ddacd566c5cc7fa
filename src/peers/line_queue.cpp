#include "wgaudit/peers/line_queue.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

// Of a flood, what does not fit goes ahead early.
constexpr std::size_t max_waiting = 65536;

// A duplicate comes within the lag of the first.
constexpr std::size_t max_passed = 4096;

}  // namespace

void LineQueue::push(const StampedLine& line) {
  if (contains(waiting_, line) || contains(passed_, line)) return;
  waiting_.emplace(line.stamp, line);
}

std::optional<StampedLine> LineQueue::pop(SteadyTime now) {
  if (waiting_.empty()) return std::nullopt;
  const StampedLine line = waiting_.begin()->second;
  if (line.received.steady + longest_lag > now && waiting_.size() <= max_waiting) {
    return std::nullopt;
  }
  remember(waiting_.extract(waiting_.begin()));
  return line;
}

bool LineQueue::contains(const Lines& lines, const StampedLine& line) {
  const auto [begin, end] = lines.equal_range(line.stamp);
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second == line; });
}

void LineQueue::remember(Lines::node_type line) {
  const Stamp stamp = line.key();
  passed_.insert(std::move(line));
  while (passed_.size() > max_passed || passed_.begin()->first < stamp - 2 * longest_lag) {
    passed_.erase(passed_.begin());
  }
}

}  // namespace wgaudit
