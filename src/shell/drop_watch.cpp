#include "shell/drop_watch.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

using std::chrono::seconds;

constexpr seconds first_window{1};
constexpr seconds last_window{60};

}  // namespace

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
  if (now.steady < due_) return std::nullopt;
  if (!untold_.count) {
    window_ = seconds(0);
    return std::nullopt;
  }
  window_ = std::clamp(window_ * 2, first_window, last_window);
  due_ = now.steady + window_;
  return flush();
}

std::optional<Loss> DropWatch::flush() {
  if (!untold_.count) return std::nullopt;
  return std::exchange(untold_, {});
}

}  // namespace wgaudit
