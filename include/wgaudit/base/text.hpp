#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace wgaudit {

/// Whether `c` is an ASCII digit, whatever the locale.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads all of `text` as a number. Nothing for a sign before an unsigned type, a space, a prefix
/// such as `0x`, or a number that the type cannot hold.
template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Appends a whole number in decimal.
template <typename Number>
void append_number(Number number, std::string& text) {
  std::array<char, 24> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), end);
}

/// Removes `prefix` from the front of `text`; false, and nothing removed, where it is not there.
inline bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Returns what stands before the next `separator` (all of `text` where there is none) and removes
/// both from the front of `text`.
inline std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

/// Returns `text` without blanks and tabs at either end.
std::string_view trim(std::string_view text);

/// The number of input bytes that to_printable uses unless it is given another limit.
inline constexpr std::size_t max_printable = 1024;

/// Makes `text` safe for a terminal, a log line or an environment variable. Control characters,
/// also those of Unicode for direction and lines, bytes that are not UTF-8 and the backslash become
/// `\xHH`, as /dev/kmsg writes them. At most `limit` bytes of the input are used.
std::string to_printable(std::string_view text, std::size_t limit = max_printable);

/// Does the same to text that went through to_printable before: the backslashes of its escapes
/// stay. It only changes text that was forged since.
std::string still_printable(std::string_view text, std::size_t limit = max_printable);

/// Whether `text` is printable ASCII without quotes and backslashes. Neither to_printable nor JSON
/// changes such text.
bool is_plain(std::string_view text);

/// Appends to_printable(text) without a copy where the text is plain.
/// What a text begins with: a UTF-8 character (RFC 3629), or the longest beginning of one.
struct Utf8Part {
  std::size_t length;  ///< At least 1.
  bool is_whole;
};

/// `text` is not empty.
Utf8Part utf8_part(std::string_view text);

void append_printable(std::string_view text, std::string& printable);

/// Returns the bytes that to_printable was given, as far as its limit.
std::string from_printable(std::string_view text);

}  // namespace wgaudit
