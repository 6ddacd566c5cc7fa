#include "wgaudit/base/time.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;

/// Takes exactly `width` digits from the front of `text`; at most nine, which an int can hold.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, width)) {
    if (!is_digit(c)) return std::nullopt;
    number = 10 * number + (c - '0');
  }
  text.remove_prefix(width);
  return number;
}

bool take_one_of(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take_one_of(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_one_of(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<microseconds> take_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take_one_of(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take_one_of(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second, counted as the next one
  microseconds time = std::chrono::hours(*hour) + minutes(*minute) + std::chrono::seconds(*second);
  if (!take_one_of(text, ".,")) return time;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  for (int unit = 100'000; !text.empty() && is_digit(text.front()); unit /= 10) {
    time += microseconds(unit * (text.front() - '0'));
    text.remove_prefix(1);
  }
  return time;
}

std::optional<minutes> take_offset(std::string_view& text) {
  if (take_one_of(text, "Zz")) return minutes(0);
  const bool west = !text.empty() && text.front() == '-';
  if (!take_one_of(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take_one_of(text, ":");
  const auto rest = take_digits(text, 2);
  if (!hours || !rest || *hours > 23 || *rest > 59) return std::nullopt;
  const minutes offset = std::chrono::hours(*hours) + minutes(*rest);
  return west ? -offset : offset;
}

/// Appends the last `width` digits of a number that is not negative, with leading zeros.
void append_digits(std::int64_t number, std::size_t width, std::string& text) {
  text.append(width, '0');
  for (auto digit = text.rbegin(); width != 0; --width, ++digit, number /= 10) {
    *digit = static_cast<char>('0' + number % 10);
  }
}

UtcTime year_begin(int year) {
  return std::chrono::sys_days(std::chrono::year(year) / 1 / 1);
}

}  // namespace

std::string to_date(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string to_rfc3339(UtcTime time) {
  std::string text;
  append_rfc3339(time, text);
  return text;
}

void append_rfc3339(UtcTime time, std::string& text) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const int year = static_cast<int>(date.year());
  // Not by fmt, which is slower: `follow` writes millions of times in a few seconds.
  year >= 0 && year <= 9999 ? append_digits(year, 4, text)
                            : void(fmt::format_to(std::back_inserter(text), "{:04}", year));
  append_digits(static_cast<unsigned>(date.month()), 2, text += '-');
  append_digits(static_cast<unsigned>(date.day()), 2, text += '-');
  append_digits(clock.hours().count(), 2, text += 'T');
  append_digits(clock.minutes().count(), 2, text += ':');
  append_digits(clock.seconds().count(), 2, text += ':');
  append_digits(clock.subseconds().count(), 6, text += '.');
  text += 'Z';
}

std::optional<UtcTime> parse_rfc3339(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take_one_of(text, "Tt")) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const UtcTime utc = UtcTime(*date) + *time - *offset;
  // An offset can lead out of the years that RFC 3339 can name.
  if (utc < year_begin(0) || utc >= year_begin(10000)) return std::nullopt;
  return utc;
}

}  // namespace wgaudit
