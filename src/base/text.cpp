#include "wgaudit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace wgaudit {
namespace {

/// What the second byte of a UTF-8 sequence can be: no overlong forms, no surrogates, nothing above
/// U+10FFFF (RFC 3629, 4). All others are between 0x80 and 0xBF.
struct SecondByte {
  unsigned low = 0x80;
  unsigned high = 0xBF;
};

SecondByte second_byte(unsigned first) {
  switch (first) {
    case 0xE0:
      return {0xA0, 0xBF};
    case 0xED:
      return {0x80, 0x9F};
    case 0xF0:
      return {0x90, 0xBF};
    case 0xF4:
      return {0x80, 0x8F};
    default:
      return {};
  }
}

/// Length of the sequence that begins with this byte, 0 where none does.
std::size_t sequence_length(unsigned first) {
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/// Whether a character turns the direction of the text around it, so that a name can be shown as
/// another, or ends a line: U+061C, U+200E, U+200F, U+2028 to U+202E and U+2066 to U+2069.
bool is_bidi_or_line_end(std::string_view sequence) {
  if (sequence == "\xD8\x9C") return true;
  const auto is_between = [&](std::string_view low, std::string_view high) {
    return sequence.size() == 3 && low <= sequence && sequence <= high;
  };
  return is_between("\xE2\x80\x8E", "\xE2\x80\x8F") || is_between("\xE2\x80\xA8", "\xE2\x80\xAE") ||
         is_between("\xE2\x81\xA6", "\xE2\x81\xA9");
}

/// Whether a terminal acts on a character (C0, DEL, C1 and the characters above), or it is the
/// backslash, which would make escapes ambiguous.
bool needs_escape(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F || first == '\\';
  if (first == 0xC2) return static_cast<unsigned char>(sequence[1]) < 0xA0;
  return is_bidi_or_line_end(sequence);
}

/// Writes as `\xHH` each character for which `is_escaped`, and each byte that is part of none.
template <typename IsEscaped>
std::string escaped(std::string_view text, IsEscaped is_escaped) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const auto [length, is_whole] = utf8_part(text);
    const std::string_view sequence = text.substr(0, length);
    if (!is_whole || is_escaped(sequence)) {
      for (const char c : sequence) {
        printable += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      }
    } else {
      printable += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return printable;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Utf8Part utf8_part(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(first);
  auto [low, high] = second_byte(first);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    if (byte < low || byte > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {std::max<std::size_t>(length, 1), length != 0};
}

bool is_plain(std::string_view text) {
  // Eight bytes at a time: each test sets the highest bit of a byte that it finds. A borrow can set
  // the bit of a byte that is plain, but only after a byte that is not, so the answer stays right.
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  constexpr std::uint64_t highest = ones * 0x80;
  const auto is_zero = [](std::uint64_t word) { return (word - ones) & ~word; };
  const auto faults = [&](std::uint64_t word) {
    return word | (word - ones * 0x20) | is_zero(word ^ ones * 0x7F) | is_zero(word ^ ones * '"') |
           is_zero(word ^ ones * '\\');
  };
  std::uint64_t word = ones * ' ';
  if (text.size() < sizeof word) {
    for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
    return (faults(word) & highest) == 0;
  }
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < text.size() - sizeof word; i += sizeof word) {
    std::memcpy(&word, text.data() + i, sizeof word);
    found |= faults(word);
  }
  std::memcpy(&word, text.data() + text.size() - sizeof word,
              sizeof word);  // the last eight, some of them again
  return ((found | faults(word)) & highest) == 0;
}

std::string to_printable(std::string_view text, std::size_t limit) {
  return escaped(text.substr(0, limit), needs_escape);
}

std::string still_printable(std::string_view text, std::size_t limit) {
  return escaped(text.substr(0, limit), [](std::string_view sequence) {
    return sequence != "\\" && needs_escape(sequence);
  });
}

void append_printable(std::string_view text, std::string& printable) {
  text = text.substr(0, max_printable);
  if (is_plain(text)) {
    printable += text;
  } else {
    printable += to_printable(text);
  }
}

std::string from_printable(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    unsigned value = 0;
    const auto digits = text.substr(0, 2) == "\\x" ? text.substr(2, 2) : std::string_view{};
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool escape = error == std::errc{} && end == digits.data() + 2;
    bytes += escape ? static_cast<char>(value) : text.front();
    text.remove_prefix(escape ? 4 : 1);
  }
  return bytes;
}

}  // namespace wgaudit
