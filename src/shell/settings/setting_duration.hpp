#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// Reads a whole number of seconds, minutes, hours or days: `90s`, `15m`, `2h`, `1d`. The longest
/// is what fits into microseconds, in which times are counted.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// Writes a duration as parse_duration reads it, in the largest unit that it is a multiple of.
std::string duration_text(std::chrono::seconds duration);

}  // namespace wgaudit
