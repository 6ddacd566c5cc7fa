#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wgaudit {

/// Why evidence may be missing; `event.reason` of an `evidence_lost` record. In the order of the
/// names, in which metrics and status list them. Never rename one.
enum class LossReason : std::uint8_t {
  attempts_overlooked,    ///< More handshakes at once than are followed.
  datagrams_rejected,     ///< Datagrams that cannot be read, or of a refused sender.
  dump_exit_status,       ///< Dumps began to fail: `wg` ended with a status other than 0.
  dump_malformed,         ///< Dumps began to fail: the output cannot be read.
  dump_not_started,       ///< Dumps began to fail: `wg` could not be started.
  dump_outage,            ///< The end of a time in which dumps failed.
  dump_output_too_long,   ///< Dumps began to fail: `wg` printed too much.
  dump_signalled,         ///< Dumps began to fail: a signal ended `wg`.
  dump_timed_out,         ///< Dumps began to fail: `wg` did not end in time.
  events_deleted,         ///< Events that the daemon deleted by its limits.
  events_overflow,        ///< Events that the full queue refused.
  events_unsynced,        ///< Events that a crash may have taken.
  handshake_not_printed,  ///< Lines of handshakes that dumps prove.
  hooks_skipped,          ///< Runs of the hook, for records that are too old.
  identities_overlooked,  ///< More peers than are followed.
  imjournal,              ///< Messages that rsyslog's imjournal dropped.
  imklog,                 ///< Messages that rsyslog's imklog dropped.
  imkmsg,                 ///< Messages that rsyslog's imkmsg dropped.
  interface_outage,       ///< The end of a time in which `wg` could not read an interface.
  interface_unreadable,   ///< The begin of such a time.
  journal_deleted,        ///< Records of the journal that the daemon deleted by its limits.
  journal_overflow,       ///< Records of the journal that the full queue refused.
  journald,               ///< Messages that systemd-journald dropped.
  lines_late,             ///< Nothing, but lines arrived late.
  lines_missing,          ///< Lines of peers whose ids show that they were created.
  lines_out_of_order,     ///< Nothing, but lines arrived after younger ones.
  messages_suppressed,    ///< Messages that a syslog daemon without a name here dropped.
  monitor_down,           ///< What happened between the last record and this start.
  net_ratelimit,          ///< Messages under the kernel's limit of all networking messages.
  port_shared,            ///< Datagrams that went to another user's socket.
  records_removed,        ///< Records in segments that were removed by others.
  socket_overflow,        ///< Datagrams that the full receive buffer dropped.
  syslog_ng,              ///< Messages that syslog-ng dropped.
  torn_tail,              ///< Nothing by itself: a half-written end of a segment was cut off.
};

inline constexpr std::size_t loss_reason_count =
    static_cast<std::size_t>(LossReason::torn_tail) + 1;

std::string_view to_text(LossReason reason);

/// How a dump failed.
enum class DumpFailureKind : std::uint8_t {
  exit_status,
  malformed,
  not_started,
  output_too_long,
  signalled,
  timed_out,
};

std::string_view to_text(DumpFailureKind kind);

/// The reason of the record that such failures have begun.
LossReason loss_reason_of(DumpFailureKind kind);

}  // namespace wgaudit
