#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "wgaudit/record/record.hpp"
#include "wgaudit/record/record_encoder.hpp"

namespace wgaudit {

/// Returns the number of a record without parsing its line, so also of a record that only a later
/// version understands. The line must look whole: begin and end as to_json writes it, without
/// control characters.
std::optional<std::uint64_t> sequence_of(std::string_view line);

/// Parses a line that to_json wrote; fields that a later version added are ignored. The error says
/// what is wrong, without the line's text.
tl::expected<Record, std::string> parse_record(std::string_view line);

/// Makes a record of JSON that has been parsed.
tl::expected<Record, std::string> record_from(const nlohmann::json& json);

}  // namespace wgaudit
