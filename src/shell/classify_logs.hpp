#pragma once

#include <functional>
#include <istream>
#include <string>

#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

/// Classifies kernel log text, line by line (parse_log_line tells the forms), and gives each event
/// record as a line of JSON. Dates without year and zone are read as local time of the last twelve
/// months. Returns how many lines could not be read as log lines.
std::size_t classify_logs(std::istream& text, const Classifier& classifier,
                          const std::function<void(const std::string&)>& write);

}  // namespace wgaudit
