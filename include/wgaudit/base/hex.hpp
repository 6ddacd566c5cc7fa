#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wgaudit {

/// Appends two hexadecimal digits a byte, small letters.
void append_hex(std::span<const std::uint8_t> bytes, std::string& text);

/// Reads what append_hex wrote of as many bytes; false where it is anything else, capitals too:
/// what is hashed or signed has one spelling.
bool parse_hex(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace wgaudit
