#pragma once

#include <algorithm>
#include <chrono>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// Decides when something that anybody may cause is recorded: the first at once, what follows in
/// windows that grow as long as it goes on, each `growth` times as long as the one before.
class GrowingWindow {
 public:
  constexpr GrowingWindow(std::chrono::seconds first, std::chrono::seconds last, int growth = 2)
      : first_(first), last_(last), growth_(growth) {}

  /// Whether the present window has ended.
  bool is_due(Instant now) const { return now.steady >= due_; }

  /// Returns whether to record now what waits. A window in which nothing waited ends the growth.
  bool take(bool waits, Instant now) {
    if (!is_due(now)) return false;
    if (!waits) {
      window_ = std::chrono::seconds(0);
      return false;
    }
    window_ = std::clamp(window_ * growth_, first_, last_);
    due_ = now.steady + window_;
    return true;
  }

  /// Ends the present window now.
  void cut_short(Instant now) { due_ = std::min(due_, now.steady); }

 private:
  std::chrono::seconds first_;
  std::chrono::seconds last_;
  int growth_;
  std::chrono::seconds window_{0};
  SteadyTime due_{};
};

}  // namespace wgaudit
