#include "shell/intake/drop_watch.hpp"

#include <utility>

namespace wgaudit {

void DropWatch::begin_at(std::uint32_t count, Instant now) {
  count_ = count;
  looked_ = now.utc;
}

void DropWatch::on_count(std::uint32_t count, Instant before, Instant after) {
  const std::uint32_t more = count - std::exchange(count_, count);
  const UtcTime looked = std::exchange(looked_, before.utc);
  if (more == 0) return;
  gap_is_open_ = true;
  if (!untold_.count) untold_.from = looked;
  untold_.count = untold_.count.value_or(0) + more;
  untold_.to = after.utc;
}

void DropWatch::on_emptied() {
  gap_is_passed_ = gap_is_passed_ || gap_is_open_;
  gap_is_open_ = false;
}

bool DropWatch::take_gap() {
  return std::exchange(gap_is_passed_, false) || gap_is_open_;
}

std::optional<Loss> DropWatch::take(Instant now) {
  return window_.take(untold_.count.has_value(), now) ? flush() : std::nullopt;
}

std::optional<Loss> DropWatch::flush() {
  if (!untold_.count) return std::nullopt;
  return std::exchange(untold_, {});
}

}  // namespace wgaudit
