#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wgaudit {

/// ContradictionCause says why what was proven does not hold. The names are written to the journal;
/// never rename one.
enum class ContradictionCause : std::uint8_t {
  more_rows_than_ids,  ///< A `created` was lost.
  more_ids_than_rows,  ///< A `destroyed` was lost, or is later than any that was seen.
  other_key,           ///< Order or count gives a proven id another key.
  no_assignment,       ///< No row is left for an id.
  unknown_row,         ///< No line created it, and it was not there when the log began.
  line_out_of_order,   ///< A line came too late to be put in order.
  created_not_seen,    ///< An id is younger than the log, and no line created it.
  module_loaded,       ///< Ids begin again, and no line said that their interfaces went.
};

std::string_view to_text(ContradictionCause cause);
std::optional<ContradictionCause> parse_contradiction_cause(std::string_view text);

}  // namespace wgaudit
