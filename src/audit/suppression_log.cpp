#include "wgaudit/audit/suppression_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wgaudit {
namespace {

/// Whose messages share a limit.
enum class Limited : std::uint8_t { networking, kernel, unknown };

/// A notice by the beginning of its text. The names are few, since anybody can forge a text.
struct Limiter {
  std::string_view text;
  LossReason reason;
  Limited messages;
};

constexpr std::array<Limiter, 6> limiters = {{
    {"net_ratelimit", LossReason::net_ratelimit, Limited::networking},
    {"imklog", LossReason::imklog, Limited::kernel},
    {"imjournal", LossReason::imjournal, Limited::kernel},
    {"imkmsg", LossReason::imkmsg, Limited::kernel},
    {"kernel messages", LossReason::journald, Limited::kernel},
    // It does not name the destination: it may have been ours.
    {"Destination queue full", LossReason::syslog_ng, Limited::kernel},
}};

constexpr Limiter other = {"", LossReason::messages_suppressed, Limited::unknown};

const Limiter& limiter_of(std::string_view text) {
  const auto found = std::find_if(limiters.begin(), limiters.end(), [&](const Limiter& limiter) {
    return text.starts_with(limiter.text);
  });
  return found == limiters.end() ? other : *found;
}

std::optional<Instant> later(const std::optional<Instant>& a, const std::optional<Instant>& b) {
  if (!a || !b) return a ? a : b;
  return a->steady < b->steady ? b : a;
}

/// A notice can be forged, with any count.
std::optional<std::uint64_t> saturating_product(std::optional<std::uint64_t> count,
                                                std::uint32_t times) {
  std::uint64_t product = 0;
  if (!count) return std::nullopt;
  return __builtin_mul_overflow(*count, times, &product) ? UINT64_MAX : product;
}

}  // namespace

std::optional<NamedLoss> SuppressionLog::on_line(const HeardLine& line) {
  const EventKind kind = line.event.kind;
  if (kind == EventKind::messages_suppressed) return on_notice(line);
  last_line_ = line.received;
  if (is_rate_limited(kind)) last_limited_line_ = line.received;
  return std::nullopt;
}

bool SuppressionLog::tells_of_lost_lines(const KernelEvent& event) {
  return event.kind == EventKind::messages_suppressed &&
         limiter_of(event.text).messages == Limited::kernel;
}

NamedLoss SuppressionLog::on_notice(const HeardLine& line) {
  const KernelEvent& event = line.event;
  const Instant now = line.received;
  const Limiter& limiter = limiter_of(event.text);
  std::optional<Instant>& noticed = noticed_[limiter.reason];
  std::optional<Instant> from = noticed;
  if (limiter.messages == Limited::networking) from = later(from, last_limited_line_);
  if (limiter.messages == Limited::kernel) from = later(from, last_line_);
  Loss loss{saturating_product(event.count, line.repeated), {}, now.utc, {}};
  if (from) loss.from = from->utc;
  if (event.text != to_text(limiter.reason)) loss.detail = event.text;
  noticed = now;
  return {limiter.reason, std::move(loss)};
}

}  // namespace wgaudit
