#pragma once

#include <algorithm>
#include <chrono>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// When something that anybody may cause is told: the first at once, what follows in windows that
/// grow as long as it goes on.
class GrowingWindow {
 public:
  constexpr GrowingWindow(std::chrono::seconds first, std::chrono::seconds last)
      : first_(first), last_(last) {}

  /// Whether to tell now what waits. A window in which nothing waited ends the growth.
  bool take(bool waits, Instant now) {
    if (now.steady < due_) return false;
    if (!waits) {
      window_ = std::chrono::seconds(0);
      return false;
    }
    window_ = std::clamp(window_ * 2, first_, last_);
    due_ = now.steady + window_;
    return true;
  }

 private:
  std::chrono::seconds first_;
  std::chrono::seconds last_;
  std::chrono::seconds window_{0};
  SteadyTime due_{};
};

}  // namespace wgaudit
