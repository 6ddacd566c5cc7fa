#include "wgaudit/audit/loss_fold.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/base/saturating.hpp"

namespace wgaudit {
namespace {

using std::chrono::minutes;

constexpr minutes first_window{1};
constexpr int growth = 4;
constexpr minutes last_window{60};

/// Bounds that hold for both; where one's beginning is not known, that of both is not.
Loss both(const Loss& earlier, const Loss& later) {
  Loss sum = later;
  if (earlier.count) sum.count = saturating_sum(*earlier.count, later.count.value_or(0));
  sum.from = earlier.from && later.from ? std::min(earlier.from, later.from) : std::nullopt;
  sum.to = std::max(earlier.to, later.to);
  sum.delay = std::max(earlier.delay, later.delay);
  if (later.detail.empty()) sum.detail = earlier.detail;
  return sum;
}

}  // namespace

void LossFold::add(const std::string& reason, const Loss& loss, Instant now) {
  Series& series = series_[reason];
  if (!series.due) series.due = now.steady;
  series.unreported = series.unreported ? both(*series.unreported, loss) : loss;
}

std::vector<NamedLoss> LossFold::take(Instant now) {
  std::vector<NamedLoss> due;
  for (auto& [reason, series] : series_) {
    if (!series.due || *series.due > now.steady) continue;
    if (!series.unreported) {
      series.due.reset();
      series.window = {};
      continue;
    }
    due.push_back({reason, *std::exchange(series.unreported, std::nullopt)});
    series.window = std::clamp(series.window * growth, first_window, last_window);
    series.due = now.steady + series.window;
  }
  return due;
}

std::vector<NamedLoss> LossFold::flush() {
  std::vector<NamedLoss> all;
  for (auto& [reason, series] : series_) {
    if (!series.unreported) continue;
    all.push_back({reason, *std::exchange(series.unreported, std::nullopt)});
  }
  return all;
}

}  // namespace wgaudit
