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

constexpr std::array<Limiter, 4> limiters = {{
    {"net_ratelimit", "net_ratelimit", Limited::networking},
    {"imklog", "imklog", Limited::kernel},
    {"imjournal", "imjournal", Limited::kernel},
    {"kernel messages", "journald", Limited::kernel},
}};

constexpr Limiter other = {"", "messages_suppressed", Limited::unknown};

const Limiter& limiter_of(std::string_view text) {
  const auto found = std::find_if(limiters.begin(), limiters.end(), [&](const Limiter& limiter) {
    return text.starts_with(limiter.text);
  });
  return found == limiters.end() ? other : *found;
}

/// Whether the kernel prints the line under its limit for networking messages.
bool is_limited(EventKind kind) {
  switch (kind) {
    case EventKind::handshake_initiation_sent:
    case EventKind::handshake_initiation_received:
    case EventKind::handshake_response_sent:
    case EventKind::handshake_response_received:
    case EventKind::keypair_created:
    case EventKind::keypair_destroyed:
    case EventKind::keepalive_sent:
    case EventKind::keepalive_received:
    case EventKind::cookie_sent:
    case EventKind::cookie_received:
    case EventKind::mac_invalid:
    case EventKind::initiation_invalid:
    case EventKind::response_invalid:
    case EventKind::cookie_invalid:
    case EventKind::handshake_dropped:
    case EventKind::source_not_allowed:
    case EventKind::destination_not_allowed:
    case EventKind::endpoint_missing:
    case EventKind::packet_not_ip:
    case EventKind::packet_wrong_size:
    case EventKind::packet_invalid:
    case EventKind::packet_undeliverable:
    case EventKind::nonce_invalid:
    case EventKind::no_route:
      return true;
    case EventKind::interface_created:
    case EventKind::interface_destroyed:
    case EventKind::namespace_exiting:
    case EventKind::peer_created:
    case EventKind::peer_destroyed:
    case EventKind::handshake_retried:
    case EventKind::handshake_abandoned:
    case EventKind::peer_silent:
    case EventKind::keys_zeroed:
    case EventKind::socket_failed:
    case EventKind::module_loaded:
    case EventKind::interface_renamed:
    case EventKind::messages_suppressed:
    case EventKind::unknown_message:
      return false;
  }
  __builtin_unreachable();
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
  if (is_limited(event.kind)) last_limited_line_ = now.utc;
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
