#pragma once

#include <string>

namespace wgaudit {

/// Writes `line` as it is to standard error. A reader of standard error that does not read must not
/// stop anything: the line is then left out.
void write_line_to_stderr(const std::string& line);

/// One line `wgaudit: TEXT` in the daemon's own log, which is standard error. Any thread may call.
void write_daemon_log(std::string text);

}  // namespace wgaudit
