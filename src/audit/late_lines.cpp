#include "wgaudit/audit/late_lines.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/identity/stamp_clock.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;

// The last lines of a burst are hardly late.
constexpr milliseconds prompt{200};

milliseconds rounded(SteadyTime::duration duration) {
  return std::chrono::round<milliseconds>(duration);
}

}  // namespace

std::optional<NamedLoss> LateLines::on_line(const HeardLine& line) {
  const Instant printed = line.printed;
  const Instant received = line.received;
  const auto late = received.steady - printed.steady;
  const Loss loss{line.repeated, printed.utc, received.utc, {}, rounded(late)};
  if (late > longest_lag && latest_ && printed.steady + longest_lag < *latest_) {
    return NamedLoss{LossReason::lines_out_of_order, loss};
  }
  latest_ = std::max(latest_.value_or(printed.steady), printed.steady);
  if (late <= prompt) return end_burst();
  if (!burst_ && late <= longest_lag) return std::nullopt;
  burst_grew_ = received.steady;
  if (!burst_) {
    burst_ = loss;
  } else {
    *burst_->count += line.repeated;
    burst_->to = loss.to;
    burst_->delay = std::max(burst_->delay, loss.delay);
  }
  return std::nullopt;
}

std::optional<NamedLoss> LateLines::take(Instant now, bool is_end) {
  if (!is_end && now.steady - burst_grew_ <= longest_lag) return std::nullopt;
  return end_burst();
}

std::optional<NamedLoss> LateLines::end_burst() {
  if (!burst_) return std::nullopt;
  return NamedLoss{LossReason::lines_late, *std::exchange(burst_, std::nullopt)};
}

}  // namespace wgaudit
