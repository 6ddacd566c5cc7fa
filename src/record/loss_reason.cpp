#include "wgaudit/record/loss_reason.hpp"

#include <algorithm>
#include <array>

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, loss_reason_count> loss_reason_names = {
    "attempts_overlooked",
    "datagrams_rejected",
    "dump_exit_status",
    "dump_malformed",
    "dump_not_started",
    "dump_outage",
    "dump_output_too_long",
    "dump_signalled",
    "dump_timed_out",
    "events_deleted",
    "events_overflow",
    "events_unsynced",
    "handshake_not_printed",
    "hooks_skipped",
    "identities_overlooked",
    "imjournal",
    "imklog",
    "imkmsg",
    "interface_outage",
    "interface_unreadable",
    "journal_deleted",
    "journal_overflow",
    "journald",
    "lines_late",
    "lines_missing",
    "lines_out_of_order",
    "messages_suppressed",
    "monitor_down",
    "net_ratelimit",
    "port_shared",
    "records_removed",
    "socket_overflow",
    "syslog_ng",
    "torn_tail"};

static_assert(std::ranges::is_sorted(loss_reason_names));

}  // namespace

std::string_view to_text(LossReason reason) {
  return loss_reason_names[static_cast<std::size_t>(reason)];
}

LossReason loss_reason_of(DumpFailureKind kind) {
  switch (kind) {
    case DumpFailureKind::exit_status:
      return LossReason::dump_exit_status;
    case DumpFailureKind::malformed:
      return LossReason::dump_malformed;
    case DumpFailureKind::not_started:
      return LossReason::dump_not_started;
    case DumpFailureKind::output_too_long:
      return LossReason::dump_output_too_long;
    case DumpFailureKind::signalled:
      return LossReason::dump_signalled;
    case DumpFailureKind::timed_out:
      return LossReason::dump_timed_out;
  }
  __builtin_unreachable();
}

std::string_view to_text(DumpFailureKind kind) {
  constexpr std::string_view prefix = "dump_";
  return to_text(loss_reason_of(kind)).substr(prefix.size());
}

}  // namespace wgaudit
