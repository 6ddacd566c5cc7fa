#include "daemon/record_report.hpp"

#include <fmt/format.h>

#include <chrono>

#include "shell/intake/intake.hpp"
#include "shell/system/log.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/message.hpp"

namespace wgaudit {
namespace {

constexpr std::chrono::minutes notice_spacing{1};  // anybody can forge the line that causes it

}  // namespace

void RecordReport::on_record(const Record& record) const {
  if (options_.debug) write_daemon_log(message_of(record));
}

void RecordReport::on_module_load(Instant now) {
  if (now.steady < next_module_notice_) return;
  next_module_notice_ = now.steady + notice_spacing;
  write_daemon_log(
      "the wireguard module was loaded: dynamic debug is off again unless it was "
      "loaded with dyndbg=+p");
}

void RecordReport::on_rejected(const std::map<std::string_view, std::uint64_t>& rejected) {
  if (rejected.size() == reported_.size()) return;
  for (const auto& [reason, count] : rejected) {
    if (!reported_.insert(reason).second) continue;
    write_daemon_log(text_for(reason));
  }
}

std::string RecordReport::text_for(std::string_view reason) const {
  if (reason == wrong_mark) {
    return fmt::format(
        "a datagram has not the mark {:#x} and was refused; if it is rsyslog's, see to the rules "
        "of wgaudit.nft, or leave out require_mark",
        options_.required_mark);
  }
  if (reason == foreign_sender) {
    return fmt::format("a datagram to {} was refused: its sender is neither root nor rsyslog",
                       to_printable(options_.listen_unix.string()));
  }
  return fmt::format(
      "a datagram is no syslog message of the kernel's and was rejected: {}; forward with one of "
      "rsyslog's own templates",
      reason);
}

}  // namespace wgaudit
