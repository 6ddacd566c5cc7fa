#include "wgaudit/base/hex.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

void append_hex(std::span<const std::uint8_t> bytes, std::string& text) {
  for (const unsigned byte : bytes) {
    text += hex_digits[byte >> 4U];
    text += hex_digits[byte & 15U];
  }
}

bool parse_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  if (text.size() != 2 * bytes.size()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto high = hex_digits.find(text[2 * i]);
    const auto low = hex_digits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return true;
}

}  // namespace wgaudit
