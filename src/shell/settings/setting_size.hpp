#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// Bytes, of a whole number with K, M, G or T or nothing behind it; the greatest there is for what
/// is greater.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// As short as it is read.
std::string size_text(std::uint64_t size);

}  // namespace wgaudit
