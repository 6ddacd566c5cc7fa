#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Who recorded; the same in every record of a run.
struct Observer {
  std::string hostname;
  std::string boot_id;  ///< /proc/sys/kernel/random/boot_id; empty where it is not known.

  friend bool operator==(const Observer&, const Observer&) = default;
};

/// The record as one line of JSON without line end: Elastic Common Schema where it has a field,
/// `wireguard.*` for the rest, keys in fixed order. Text that is not UTF-8 is escaped, never
/// refused. The format is described by record.schema.json; within `"v":1` fields are only added.
std::string to_json(const Record& record, const Observer& observer);

/// The number of a line that looks whole: it begins and ends as to_json has it, and holds no
/// control character. Told without parsing, also of a record that only a later version understands.
std::optional<std::uint64_t> sequence_of(std::string_view line);

/// Reads a line that to_json wrote; fields that a later version added are passed over.
/// The error says what is wrong, without the line's text.
tl::expected<Record, std::string> parse_record(std::string_view line);

/// Likewise where the line is part of a text that was parsed already.
tl::expected<Record, std::string> record_from(const nlohmann::json& json);

}  // namespace wgaudit
