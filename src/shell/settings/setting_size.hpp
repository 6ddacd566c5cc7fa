#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// Reads a number of bytes: a whole number, alone or with K, M, G or T after it. A size that is too
/// large for the type becomes the largest one.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// Writes a size as parse_size reads it, in the largest unit that it is a multiple of.
std::string size_text(std::uint64_t size);

}  // namespace wgaudit
