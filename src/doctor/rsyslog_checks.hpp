#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"
#include "doctor/processes.hpp"
#include "doctor/rsyslog_config.hpp"

namespace wgaudit {

/// Such as 8.2302.
using RsyslogVersion = std::pair<unsigned, unsigned>;

/// The rsyslogd that runs, or would.
struct Rsyslog {
  std::optional<Process> process;
  std::vector<std::string> arguments;
  RsyslogConfig config;
  std::optional<RsyslogVersion> version;
};

/// Runs `rsyslogd -v` for the version.
Rsyslog look_at_rsyslog(const Gateway& gateway);

/// Reads what `rsyslogd -v` prints.
std::optional<RsyslogVersion> parse_rsyslog_version(std::string_view text);

Check check_rsyslog(const Gateway& gateway, const Rsyslog& rsyslog);

/// Whether it reads the kernel's messages: imklog, or imjournal.
Check check_kernel_input(const Gateway& gateway, const Rsyslog& rsyslog);

/// Whether lines keep the kernel's time stamp, without which no identity is proven by order: since
/// 8.2312 imklog drops it unless it is set to keep it, and imjournal never has it.
Check check_kernel_stamps(const Gateway& gateway, const Rsyslog& rsyslog);

/// Whether some rule forwards to where we listen.
Check check_rule(const Gateway& gateway, const Rsyslog& rsyslog);

/// Has rsyslogd read its configuration.
std::string restart_rsyslog(const Gateway& gateway, const Rsyslog& rsyslog);

}  // namespace wgaudit
