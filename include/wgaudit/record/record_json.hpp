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

/// The number of a line that looks whole: it begins and ends as to_json has it, and holds no
/// control character. Told without parsing, also of a record that only a later version understands.
std::optional<std::uint64_t> sequence_of(std::string_view line);

/// Reads a line that to_json wrote; fields that a later version added are passed over.
/// The error says what is wrong, without the line's text.
tl::expected<Record, std::string> parse_record(std::string_view line);

/// Likewise where the line is part of a text that was parsed already.
tl::expected<Record, std::string> record_from(const nlohmann::json& json);

}  // namespace wgaudit
