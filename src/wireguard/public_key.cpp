#include "wgaudit/wireguard/public_key.hpp"

#include <algorithm>

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
  int all = 0;  // all digits or-ed: negative where one of them is none
  const auto digit = [&](std::size_t i) {
    const int value = i + 1 == text_size ? 0 : digit_values[static_cast<unsigned char>(text[i])];
    all |= value;
    return static_cast<std::uint32_t>(value);
  };
  // Eleven groups of four digits make 33 bytes. The last byte is the padding: its two bits that the
  // 43rd digit has must be 0.
  std::array<std::uint8_t, 33> bytes{};
  for (std::size_t i = 0, at = 0; i < text_size; i += 4, at += 3) {
    const std::uint32_t bits =
        digit(i) << 18 | digit(i + 1) << 12 | digit(i + 2) << 6 | digit(i + 3);
    bytes[at] = static_cast<std::uint8_t>(bits >> 16);
    bytes[at + 1] = static_cast<std::uint8_t>(bits >> 8);
    bytes[at + 2] = static_cast<std::uint8_t>(bits);
  }
  if (all < 0 || bytes.back() != 0) return std::nullopt;
  PublicKey key;
  std::copy_n(bytes.begin(), key.bytes.size(), key.bytes.begin());
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
  append_text(key, text);
  return text;
}

void append_text(const PublicKey& key, std::string& text) {
  std::array<char, text_size> digits{};
  std::size_t end = 0;
  // Eleven groups of four digits make 33 bytes; the last digit stands for the byte that a key does
  // not have, and is replaced by the padding.
  for (std::size_t i = 0; i < key.bytes.size(); i += 3) {
    const unsigned last = i + 2 < key.bytes.size() ? key.bytes[i + 2] : 0;
    const unsigned bits = unsigned{key.bytes[i]} << 16 | unsigned{key.bytes[i + 1]} << 8 | last;
    for (const unsigned shift : {18U, 12U, 6U, 0U}) digits[end++] = alphabet[bits >> shift & 0x3F];
  }
  digits.back() = '=';
  text.append(digits.data(), digits.size());
}

}  // namespace wgaudit
