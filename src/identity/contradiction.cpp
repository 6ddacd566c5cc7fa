#include "wgaudit/identity/contradiction.hpp"

#include <array>

#include "wgaudit/base/names.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 8> cause_names = {
    "more_rows_than_ids", "more_ids_than_rows", "other_key",        "no_assignment",
    "unknown_row",        "line_out_of_order",  "created_not_seen", "module_loaded"};

}  // namespace

std::string_view to_text(ContradictionCause cause) {
  return cause_names[static_cast<std::size_t>(cause)];
}

std::optional<ContradictionCause> parse_contradiction_cause(std::string_view text) {
  return find_name<ContradictionCause>(cause_names, text);
}

}  // namespace wgaudit
