#include "wgaudit/base/text.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

namespace wgaudit {
namespace {

/// Returns the length of the well-formed UTF-8 sequence that `text` begins with, 0 where there is
/// none (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) {
    return i < text.size() && (byte(i) & 0xC0U) == 0x80;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (first < 0xF0 || first > 0xF4 || !continues(1) || !continues(2) || !continues(3)) return 0;
  const bool overlong = first == 0xF0 && byte(1) < 0x90;
  const bool too_high = first == 0xF4 && byte(1) >= 0x90;
  return overlong || too_high ? 0 : 4;
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
    const std::size_t length = utf8_length(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_escaped(sequence)) {
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
