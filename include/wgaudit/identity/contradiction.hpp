#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wgaudit {

/// Why what was proven does not hold.
enum class ContradictionCause : std::uint8_t {
  more_rows_than_ids,  ///< A `created` was lost.
  more_ids_than_rows,  ///< A `destroyed` was lost, or is later than any seen.
  other_key,           ///< Order or count gives a proven id another key.
  no_assignment,       ///< No row is left for an id.
  unknown_row,         ///< A row that was not there when the log began, and that nobody created.
  line_out_of_order,   ///< A line came too late to be put in order.
  created_not_seen,    ///< An id is younger than the log and was never created.
  module_loaded,       ///< Ids begin again, and their interfaces were not seen to go.
};

std::string_view to_text(ContradictionCause cause);
std::optional<ContradictionCause> parse_contradiction_cause(std::string_view text);

}  // namespace wgaudit
