#include "wgaudit/base/time.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace wgaudit::time_test {
namespace {

using std::chrono::microseconds;

UtcTime at(std::int64_t microseconds_since_1970) {
  return UtcTime(microseconds(microseconds_since_1970));
}

TEST(ToRfc3339, WritesUtcWithSixDecimals) {
  const struct {
    std::int64_t time;
    std::string_view want;
  } rows[] = {
      {0, "1970-01-01T00:00:00.000000Z"},
      {1, "1970-01-01T00:00:00.000001Z"},
      {-1, "1969-12-31T23:59:59.999999Z"},
      {951'782'399'999'999, "2000-02-28T23:59:59.999999Z"},
      {951'782'400'000'000, "2000-02-29T00:00:00.000000Z"},
      {1'795'245'190'619'551, "2026-11-21T07:13:10.619551Z"},
      {1'798'761'599'000'010, "2026-12-31T23:59:59.000010Z"},
      {253'402'300'799'999'999, "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& row : rows) EXPECT_EQ(to_rfc3339(at(row.time)), row.want);
}

TEST(ParseRfc3339, ReadsEveryFormThatSendersWrite) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"UTC", "2026-11-21T07:13:10.619551Z", "2026-11-21T07:13:10.619551Z"},
      {"no decimals", "2026-11-21T07:13:10Z", "2026-11-21T07:13:10.000000Z"},
      {"one decimal", "2026-11-21T07:13:10.6Z", "2026-11-21T07:13:10.600000Z"},
      {"milliseconds", "2026-11-21T07:13:10.156Z", "2026-11-21T07:13:10.156000Z"},
      {"nanoseconds are cut", "2026-11-21T07:13:10.619551999Z", "2026-11-21T07:13:10.619551Z"},
      {"59 decimals",
       "2026-11-21T07:00:00.11111111111111111111111111111111111111111111111111111111111+01:00",
       "2026-11-21T06:00:00.111111Z"},
      {"small t and z", "2026-11-21t07:13:10z", "2026-11-21T07:13:10.000000Z"},
      {"rsyslog", "2026-11-21T06:57:26.425137+00:00", "2026-11-21T06:57:26.425137Z"},
      {"east", "2026-11-21T12:30:23.016578+05:30", "2026-11-21T07:00:23.016578Z"},
      {"west", "2026-11-21T03:30:25.372611-03:30", "2026-11-21T07:00:25.372611Z"},
      {"west into the next year", "2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"},
      {"east into the year before", "2027-01-01T00:30:00+01:00", "2026-12-31T23:30:00.000000Z"},
      {"greatest offset", "2026-11-21T07:00:00+23:59", "2026-11-20T07:01:00.000000Z"},
      {"journalctl -o short-iso", "2026-11-21T08:13:10+0100", "2026-11-21T07:13:10.000000Z"},
      {"dmesg --time-format=iso", "2026-11-21T08:13:10,619551+01:00",
       "2026-11-21T07:13:10.619551Z"},
      {"leap second", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
      {"leap day", "2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000000Z"},
      {"first", "0000-01-01T00:01:00+00:01", "0000-01-01T00:00:00.000000Z"},
      {"last", "9999-12-31T23:58:59.999999-00:01", "9999-12-31T23:59:59.999999Z"},
      {"before 1970", "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = parse_rfc3339(row.text);
    ASSERT_TRUE(got);
    EXPECT_EQ(to_rfc3339(*got), row.want);
  }
}

TEST(ParseRfc3339, RefusesWhatIsNoTime) {
  const struct {
    const char* name;
    std::string_view text;
  } rows[] = {
      {"empty", ""},
      {"no zone", "2026-11-21T07:13:10"},
      {"zone as a word", "2026-11-21T07:13:10UTC"},
      {"text after it", "2026-11-21T07:13:10Z "},
      {"text before it", " 2026-11-21T07:13:10Z"},
      {"blank between date and time", "2026-11-21 07:13:10Z"},
      {"short year", "26-11-21T07:13:10Z"},
      {"long year", "12026-11-21T07:13:10Z"},
      {"month 0", "2026-00-21T07:13:10Z"},
      {"month 13", "2026-13-21T07:13:10Z"},
      {"day 0", "2026-11-00T07:13:10Z"},
      {"day 31 of November", "2026-11-31T07:13:10Z"},
      {"30 February", "2028-02-30T07:13:10Z"},
      {"29 February of a common year", "2026-02-29T07:13:10Z"},
      {"hour 24", "2026-11-21T24:00:00Z"},
      {"minute 60", "2026-11-21T07:60:00Z"},
      {"second 61", "2026-11-21T07:13:61Z"},
      {"one-digit hour", "2026-11-21T7:13:10Z"},
      {"no seconds", "2026-11-21T07:13Z"},
      {"point without decimals", "2026-11-21T07:13:10.Z"},
      {"comma without decimals", "2026-11-21T07:13:10,+00:00"},
      {"east out of the year 0", "0000-01-01T00:00:00+00:01"},
      {"west out of the year 9999", "9999-12-31T23:59:00-00:01"},
      {"leap second out of the year 9999", "9999-12-31T23:59:60Z"},
      {"offset of 24 hours", "2026-11-21T07:13:10+24:00"},
      {"offset of 60 minutes", "2026-11-21T07:13:10+01:60"},
      {"offset out of all range", "2026-11-21T07:00:00+99:99"},
      {"offset of hours alone", "2026-11-21T07:13:10+01"},
      {"offset without sign", "2026-11-21T07:13:1001:00"},
      {"letters for digits", "2O26-11-21T07:13:10Z"},
      {"negative year", "-026-11-21T07:13:10Z"},
      {"negative month", "2026--1-21T07:13:10Z"},
      {"negative hour", "2026-11-21T-1:13:10Z"},
      {"negative minute", "2026-11-21T07:-1:10Z"},
      {"negative second", "2026-11-21T07:13:-1Z"},
      {"two signs", "2026-11-21T07:13:10+-1:00"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(parse_rfc3339(row.text));
  }
}

TEST(ParseRfc3339, RefusesATimeThatIsCutShort) {
  const std::string_view whole = "2026-11-21T07:13:10.619551+01:00";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_rfc3339(whole.substr(0, size))) << whole.substr(0, size);
  }
}

TEST(ParseRfc3339, ReadsBackWhatWasWritten) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> any_time(-62'135'596'800'000'000,  // year 1
                                                       253'402'300'799'999'999);
  for (int i = 0; i < 10'000; ++i) {
    const UtcTime time = at(any_time(random));
    const std::string text = to_rfc3339(time);
    EXPECT_EQ(parse_rfc3339(text), time) << text;
  }
}

}  // namespace
}  // namespace wgaudit::time_test
