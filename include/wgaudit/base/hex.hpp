#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wgaudit {

/// Appends each byte as two hexadecimal digits, in small letters.
void append_hex(std::span<const std::uint8_t> bytes, std::string& text);

/// Reads what append_hex writes for `bytes.size()` bytes. False for any other text, also one with
/// capitals: what is hashed or signed has one spelling.
bool parse_hex(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace wgaudit
