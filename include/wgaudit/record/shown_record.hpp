#pragma once

#include <string>

#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Appends the record as one printable line for people: `time interface peer: what (where)`. `time`
/// is when it was recorded, or when it happened; `-` where that is not known. A record of the
/// journal is shown by its message; an event has the name of its peer, or the beginning of the key,
/// where the peer is known.
void append_line(const Record& record, const std::optional<UtcTime>& time, std::string& text);

}  // namespace wgaudit
