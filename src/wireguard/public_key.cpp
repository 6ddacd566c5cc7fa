#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> digit_values = [] {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

constexpr std::size_t text_size = 44;

}  // namespace

std::optional<PublicKey> parse_public_key(std::string_view text) {
  if (text.size() != text_size || text.back() != '=') return std::nullopt;
  PublicKey key;
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t next = 0;
  for (const char c : text.substr(0, text_size - 1)) {
    const int value = digit_values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      key.bytes[next++] = static_cast<std::uint8_t>(bits >> count);
      bits &= (1U << count) - 1;
    }
  }
  if (bits != 0) return std::nullopt;
  return key;
}

bool is_key_text(std::string_view text) {
  if (text.size() != text_size || text.back() != '=') return false;
  for (const char c : text.substr(0, text_size - 1)) {
    if (digit_values[static_cast<unsigned char>(c)] < 0) return false;
  }
  return (digit_values[static_cast<unsigned char>(text[text_size - 2])] & 3) == 0;
}

std::string to_text(const PublicKey& key) {
  std::string text;
  text.reserve(text_size);
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : key.bytes) {
    bits = bits << 8 | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += alphabet[bits >> count & 0x3FU];
    }
    bits &= (1U << count) - 1;
  }
  text += alphabet[bits << (6 - count) & 0x3FU];
  text += '=';
  return text;
}

}  // namespace wgaudit
