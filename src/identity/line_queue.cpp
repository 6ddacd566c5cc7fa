#include "wgaudit/identity/line_queue.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

// Lines of a flood that do not fit are applied early. With what one wake-up brings, so many fit a
// ring of 65,536.
constexpr std::size_t max_waiting = 60000;

// A larger ring, which a flood took, is given back when it is empty.
constexpr std::size_t kept_ring = 4096;

// A duplicate comes within the lag of the first.
constexpr std::size_t max_passed = 4096;

}  // namespace

void OrderedLines::push(const StampedLine& line) {
  const bool is_late = (size_ != 0 && line.stamp < at(size_ - 1).stamp) ||
                       (!late_.empty() && line.stamp <= late_.rbegin()->first);
  // Within the tree, too, a line of one stamp must come after those that came before it.
  if (is_late) {
    late_.emplace(line.stamp, line);
    return;
  }
  if (size_ == ring_.size()) grow();
  ring_[(first_ + size_++) & (ring_.size() - 1)] = line;
}

void OrderedLines::pop_front() {
  if (is_late_first()) {
    late_.erase(late_.begin());
    return;
  }
  first_ = (first_ + 1) & (ring_.size() - 1);
  if (--size_ == 0 && ring_.size() > kept_ring) {
    ring_ = std::vector<StampedLine>();
    first_ = 0;
  }
}

bool OrderedLines::contains(const StampedLine& line) const {
  if (is_in_ring(line)) return true;
  const auto [begin, end] = late_.equal_range(line.stamp);
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second == line; });
}

bool OrderedLines::is_late_first() const {
  return !late_.empty() && (size_ == 0 || late_.begin()->first < at(0).stamp);
}

/// Finds it by halving what is left: views of the standard library do not compile with clang 14.
std::size_t OrderedLines::first_not_before(Stamp stamp) const {
  std::size_t begin = 0;
  std::size_t end = size_;
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (at(middle).stamp < stamp) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

bool OrderedLines::is_in_ring(const StampedLine& line) const {
  if (size_ == 0 || line.stamp > at(size_ - 1).stamp) return false;
  std::size_t place = first_not_before(line.stamp);
  for (; place < size_ && at(place).stamp == line.stamp; ++place) {
    if (at(place) == line) return true;
  }
  return false;
}

void OrderedLines::grow() {
  std::vector<StampedLine> larger(std::max<std::size_t>(64, 2 * ring_.size()));
  for (std::size_t i = 0; i < size_; ++i) larger[i] = at(i);
  ring_ = std::move(larger);
  first_ = 0;
}

bool LineQueue::push(const StampedLine& line) {
  if (waiting_.contains(line) || passed_.contains(line)) return false;
  waiting_.push(line);
  return true;
}

std::optional<StampedLine> LineQueue::pop(SteadyTime now) {
  if (waiting_.size() == 0) return std::nullopt;
  const StampedLine line = waiting_.front();
  if (line.received.awake() + longest_lag > now && waiting_.size() <= max_waiting) {
    return std::nullopt;
  }
  waiting_.pop_front();
  remember(line);
  return line;
}

void LineQueue::remember(const StampedLine& line) {
  passed_.push(line);
  while (passed_.size() > max_passed || passed_.front().stamp < line.stamp - 2 * longest_lag) {
    passed_.pop_front();
  }
}

}  // namespace wgaudit
