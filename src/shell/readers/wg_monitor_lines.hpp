#pragma once

#include <string>
#include <string_view>

#include "shell/readers/wg_monitor_grammar.hpp"

namespace wgaudit {

/// A journal record as wg_monitor writes it in its log, in local time, with line end; empty for
/// records that have no line there. Times are those of recording, so a file of lines is in order.
std::string text_line(const Record& record, LogFormat format);

/// A line of any text, with line end.
std::string text_line(UtcTime time, LogLevel level, std::string_view body, LogFormat format);

/// `Statistics …`, without time and line end.
std::string statistics_body(const Statistics& statistics, LogFormat format);

}  // namespace wgaudit
