#pragma once

#include <string>

#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Appends the record as people read it, printable, one line: `time interface who: what (where)`.
/// `time` is when it was recorded, or happened; `-` where that is not known. What a record of the
/// journal says, it says in its own words; an event's kernel peer has its name or the beginning of
/// its key before it where the event tells whose it is.
void append_line(const Record& record, const std::optional<UtcTime>& time, std::string& text);

}  // namespace wgaudit
