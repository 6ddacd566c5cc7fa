#pragma once

#include <functional>
#include <istream>
#include <string_view>

#include "commands/view_options.hpp"
#include "shell/journal/segment_stream.hpp"
#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

/// Classifies kernel log text, line by line (in the forms of parse_log_line), and gives each event
/// record that `filter` wants, by the time in the log, without line end. Dates without year
/// and zone are read as local time of the last twelve months. Returns how many lines could not be
/// read as log lines.
std::size_t classify_logs(std::istream& text, const Classifier& classifier,
                          const RecordFilter& filter, ShownForm form,
                          const std::function<void(std::string_view)>& write,
                          const OnRead& on_read);

}  // namespace wgaudit
