#include "wgaudit/audit/suppressions.hpp"

#include <utility>

namespace wgaudit {
namespace {

constexpr std::chrono::seconds window{60};

constexpr std::string_view kernel_notice = "net_ratelimit";
constexpr std::string_view syslog_notice = "syslog_ratelimit";

/// Lines that come out of the budget which all networking messages share (kernel.md: R).
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

void add(std::optional<Loss>& loss, const Loss& more) {
  if (!loss) {
    loss = more;
    return;
  }
  if (more.count) loss->count = loss->count.value_or(0) + *more.count;
  loss->to = more.to;
}

}  // namespace

/// The kernel goes silent when the budget is used up, and says how much it kept to itself before it
/// prints the first message of the next one: all of that lies between two that were printed.
void Suppressions::on_line(const KernelEvent& event, std::optional<UtcTime> happened, Instant now) {
  if (is_limited(event.kind)) last_limited_ = happened;
  if (event.kind != EventKind::messages_suppressed) return;
  const bool is_kernel = event.text == kernel_notice;
  Loss loss{event.count, is_kernel ? last_limited_ : std::nullopt, happened,
            is_kernel ? std::string() : event.text};
  const std::string_view reason = is_kernel ? kernel_notice : syslog_notice;
  const auto series = series_.try_emplace(reason, Series{{}, now.steady}).first;
  add(series->second.unreported, loss);
}

std::vector<Suppressions::Told> Suppressions::take(Instant now) {
  std::vector<Told> told;
  for (auto entry = series_.begin(); entry != series_.end();) {
    auto& [reason, series] = *entry;
    if (now.steady < series.due) {
      ++entry;
      continue;
    }
    if (!series.unreported) {
      entry = series_.erase(entry);  // a window without any: the next one is a first again
      continue;
    }
    told.push_back({reason, *std::exchange(series.unreported, std::nullopt)});
    series.due = now.steady + window;
    ++entry;
  }
  return told;
}

std::vector<Suppressions::Told> Suppressions::flush() {
  std::vector<Told> told;
  for (auto& [reason, series] : std::exchange(series_, {})) {
    if (series.unreported) told.push_back({reason, *std::move(series.unreported)});
  }
  return told;
}

}  // namespace wgaudit
