#include "wgaudit/audit/loss_fold.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/base/saturating.hpp"

namespace wgaudit {
namespace {

/// Adds the losses up, with bounds that hold for both. Where the beginning of one is not known,
/// that of the sum is not known either.
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

void LossFold::add(LossReason reason, const Loss& loss) {
  Series& series = series_[reason];
  series.unreported = series.unreported ? both(*series.unreported, loss) : loss;
}

std::vector<NamedLoss> LossFold::take(Instant now) {
  std::vector<NamedLoss> due;
  for (auto& [reason, series] : series_) {
    if (!series.window.take(series.unreported.has_value(), now)) continue;
    due.push_back({reason, *std::exchange(series.unreported, std::nullopt)});
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
