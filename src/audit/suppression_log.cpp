#include "wgaudit/audit/suppression_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wgaudit {
namespace {

using std::chrono::minutes;

constexpr minutes first_window{1};
constexpr int growth = 4;
constexpr minutes last_window{60};

/// Whose messages share a limit.
enum class Limited : std::uint8_t { networking, kernel, unknown };

/// A notice by the beginning of its text. The names are few, since anybody can forge a text.
struct Limiter {
  std::string_view text;
  std::string_view reason;
  Limited messages;
};

constexpr std::array<Limiter, 6> limiters = {{
    {"net_ratelimit", "net_ratelimit", Limited::networking},
    {"imklog", "imklog", Limited::kernel},
    {"imjournal", "imjournal", Limited::kernel},
    {"imkmsg", "imkmsg", Limited::kernel},
    {"kernel messages", "journald", Limited::kernel},
    // Which destination it was is not told: it may have been ours.
    {"Destination queue full", "syslog_ng", Limited::kernel},
}};

constexpr Limiter other = {"", "messages_suppressed", Limited::unknown};

const Limiter& limiter_of(std::string_view text) {
  const auto found = std::find_if(limiters.begin(), limiters.end(), [&](const Limiter& limiter) {
    return text.starts_with(limiter.text);
  });
  return found == limiters.end() ? other : *found;
}

/// A notice can be forged, with any count.
void add_saturating(std::optional<std::uint64_t>& sum, std::uint64_t count, std::uint32_t times) {
  std::uint64_t more = 0;
  std::uint64_t total = 0;
  const bool is_too_many = __builtin_mul_overflow(count, times, &more) ||
                           __builtin_add_overflow(sum.value_or(0), more, &total);
  sum = is_too_many ? UINT64_MAX : total;
}

}  // namespace

void SuppressionLog::on_line(const KernelEvent& event, std::uint32_t repeated, Instant now) {
  if (event.kind == EventKind::messages_suppressed) return on_notice(event, repeated, now);
  last_line_ = now.utc;
  if (is_rate_limited(event.kind)) last_limited_line_ = now.utc;
}

bool SuppressionLog::tells_of_lost_lines(const KernelEvent& event) {
  return event.kind == EventKind::messages_suppressed &&
         limiter_of(event.text).messages == Limited::kernel;
}

void SuppressionLog::on_notice(const KernelEvent& event, std::uint32_t repeated, Instant now) {
  const Limiter& limiter = limiter_of(event.text);
  Series& series = series_[limiter.reason];
  if (!series.due) series.due = now.steady;
  Loss& loss = series.unreported;
  if (!std::exchange(series.has_unreported, true)) {
    loss.from = series.noticed;
    if (limiter.messages == Limited::networking)
      loss.from = std::max(loss.from, last_limited_line_);
    if (limiter.messages == Limited::kernel) loss.from = std::max(loss.from, last_line_);
  }
  loss.to = now.utc;
  if (event.count) add_saturating(loss.count, *event.count, repeated);
  if (event.text != limiter.reason) loss.detail = event.text;
  series.noticed = now.utc;
}

std::vector<NamedLoss> SuppressionLog::take(Instant now) {
  std::vector<NamedLoss> due;
  for (auto& [reason, series] : series_) {
    if (!series.due || *series.due > now.steady) continue;
    if (!std::exchange(series.has_unreported, false)) {
      series.due.reset();
      series.window = {};
      continue;
    }
    due.push_back({std::string(reason), std::exchange(series.unreported, {})});
    series.window = std::clamp(series.window * growth, first_window, last_window);
    series.due = now.steady + series.window;
  }
  return due;
}

std::vector<NamedLoss> SuppressionLog::flush() {
  std::vector<NamedLoss> all;
  for (auto& [reason, series] : series_) {
    if (!std::exchange(series.has_unreported, false)) continue;
    all.push_back({std::string(reason), std::exchange(series.unreported, {})});
  }
  return all;
}

}  // namespace wgaudit
