#include "wgaudit/base/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace wgaudit::text_test {
namespace {

using namespace std::string_view_literals;

TEST(ToPrintable, EscapesWhatATerminalActsOnAndWhatIsNotUtf8) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"empty", "", ""},
      {"plain", "wg0: Peer 1 created ~!", "wg0: Peer 1 created ~!"},
      {"escape", "\x1b[31mred", R"(\x1b[31mred)"},
      {"bell, tab, line feed, return", "\a\t\n\r", R"(\x07\x09\x0a\x0d)"},
      {"NUL", "a\0b"sv, R"(a\x00b)"},
      {"last of C0", "\x1f ", R"(\x1f )"},
      {"DEL", "\x7f", R"(\x7f)"},
      {"backslash", R"(we\ird)", R"(we\x5cird)"},
      {"what looks like an escape", R"(\x1b)", R"(\x5cx1b)"},
      {"first of C1", "\xc2\x80", R"(\xc2\x80)"},
      {"CSI", "\xc2\x9b", R"(\xc2\x9b)"},
      {"last of C1", "\xc2\x9f", R"(\xc2\x9f)"},
      {"first after C1", "\xc2\xa0", "\xc2\xa0"},
      {"Arabic letter mark", "\xd8\x9c\xd8\x9d", "\\xd8\\x9c\xd8\x9d"},
      {"last before the marks", "\xe2\x80\x8d", "\xe2\x80\x8d"},
      {"marks of direction", "\u200e\u200f", R"(\xe2\x80\x8e\xe2\x80\x8f)"},
      {"first after the marks", "\u2010", "\u2010"},
      {"last before the ends of lines", "\u2027", "\u2027"},
      {"ends of line and paragraph", "\u2028\u2029", R"(\xe2\x80\xa8\xe2\x80\xa9)"},
      {"embedding of direction", "\u202a", R"(\xe2\x80\xaa)"},
      {"override of direction", "gw\u202e0gw", R"(gw\xe2\x80\xae0gw)"},
      {"first after the overrides", "\u202f", "\u202f"},
      {"last before the isolates", "\u2065", "\u2065"},
      {"isolates of direction", "\u2066\u2069", R"(\xe2\x81\xa6\xe2\x81\xa9)"},
      {"first after the isolates", "\u206a", "\u206a"},
      {"two bytes", "wg-ä", "wg-ä"},
      {"last of two bytes", "\xdf\xbf", "\xdf\xbf"},
      {"three bytes", "€", "€"},
      {"four bytes", "😀", "😀"},
      {"last of all", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {"above U+10FFFF", "\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)"},
      {"no such first byte", "\xf5\x80\x80\x80\xff", R"(\xf5\x80\x80\x80\xff)"},
      {"overlong slash", "\xc0\xaf", R"(\xc0\xaf)"},
      {"overlong DEL", "\xc1\xbf", R"(\xc1\xbf)"},
      {"overlong in three bytes", "\xe0\x9f\xbf", R"(\xe0\x9f\xbf)"},
      {"overlong in four bytes", "\xf0\x8f\xbf\xbf", R"(\xf0\x8f\xbf\xbf)"},
      {"smallest of three bytes", "\xe0\xa0\x80", "\xe0\xa0\x80"},
      {"smallest of four bytes", "\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},
      {"first surrogate", "\xed\xa0\x80", R"(\xed\xa0\x80)"},
      {"last surrogate", "\xed\xbf\xbf", R"(\xed\xbf\xbf)"},
      {"last before the surrogates", "\xed\x9f\xbf", "\xed\x9f\xbf"},
      {"two bytes cut after one", "a\xc3", R"(a\xc3)"},
      {"three bytes cut after two", "a\xe2\x82", R"(a\xe2\x82)"},
      {"four bytes cut after three", "a\xf0\x9f\x98", R"(a\xf0\x9f\x98)"},
      {"sequence broken by a letter", "\xe2\x82z", R"(\xe2\x82z)"},
      {"continuation alone", "\x80\xbf", R"(\x80\xbf)"},
      {"Latin-1", "wg-\xe4\xff", R"(wg-\xe4\xff)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(to_printable(row.text), row.want);
    EXPECT_EQ(from_printable(row.want), row.text);
  }
}

TEST(ToPrintable, UsesNoMoreOfTheInputThanTheLimit) {
  EXPECT_EQ(to_printable("abcdef", 4), "abcd");
  EXPECT_EQ(to_printable("abcdef", 6), "abcdef");
  EXPECT_EQ(to_printable("abcdef", 0), "");
  EXPECT_EQ(to_printable("\x1b\x1b\x1b", 2), R"(\x1b\x1b)");
  EXPECT_EQ(to_printable("aä", 2), R"(a\xc3)");
  EXPECT_EQ(to_printable(std::string(2000, 'x')), std::string(1024, 'x'));
}

TEST(StillPrintable, ChangesOnlyWhatIsNot) {
  EXPECT_EQ(still_printable(to_printable("\x1b[31m\\ä\xff")), R"(\x1b[31m\x5cä\xff)");
  EXPECT_EQ(still_printable("a\x1b\xff\u202e"), R"(a\x1b\xff\xe2\x80\xae)");
  EXPECT_EQ(still_printable("abcdef", 4), "abcd");
}

TEST(FromPrintable, LeavesAloneWhatIsNoEscape) {
  const struct {
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {R"(\)", R"(\)"},       {R"(\x)", R"(\x)"},     {R"(\x4)", R"(\x4)"},
      {R"(\x4g)", R"(\x4g)"}, {R"(\xg4)", R"(\xg4)"}, {R"(\n)", R"(\n)"},
      {R"(\X41)", R"(\X41)"}, {R"(\x-1)", R"(\x-1)"}, {R"(\x 1)", R"(\x 1)"},
      {R"(\\x41)", R"(\A)"},  {R"(\x411)", "A1"},     {R"(\x5cx41)", R"(\x41)"},
      {R"(\xC3\xa4)", "ä"},   {"plain", "plain"},     {R"(a\x00b)", "a\0b"sv},
  };
  for (const auto& row : rows) EXPECT_EQ(from_printable(row.text), row.want) << row.text;
}

TEST(FromPrintable, GivesBackAnyBytes) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> any_byte(0, 255);
  for (std::size_t size = 0; size < 1000; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(any_byte(random));
    EXPECT_EQ(from_printable(to_printable(bytes)), bytes);
  }
}

TEST(ParseNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number<std::uint8_t>("0"), 0);
  EXPECT_EQ(parse_number<std::uint8_t>("255"), 255);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(parse_number<std::int32_t>("-101"), -101);
  for (const auto text : {"", "256", "-1", "+1", " 1", "1 ", "0x1", "1.0", "x"}) {
    EXPECT_FALSE(parse_number<std::uint8_t>(text)) << text;
  }
  EXPECT_FALSE(parse_number<std::uint64_t>("18446744073709551616"));
  EXPECT_FALSE(parse_number<std::int32_t>("2147483648"));
}

TEST(TakePrefix, RemovesItOnlyWhereItIs) {
  std::string_view text = "wireguard: wg0";
  EXPECT_FALSE(take_prefix(text, "amneziawg: "));
  EXPECT_EQ(text, "wireguard: wg0");
  EXPECT_TRUE(take_prefix(text, "wireguard: "));
  EXPECT_EQ(text, "wg0");
  EXPECT_FALSE(take_prefix(text, "wg0 "));
  EXPECT_TRUE(take_prefix(text, "wg0"));
  EXPECT_EQ(text, "");
}

TEST(TakeUntil, TakesAndRemovesUpToTheSeparator) {
  std::string_view text = "a,,b";
  EXPECT_EQ(take_until(text, ','), "a");
  EXPECT_EQ(take_until(text, ','), "");
  EXPECT_EQ(text, "b");
  EXPECT_EQ(take_until(text, ','), "b");
  EXPECT_EQ(text, "");
  EXPECT_EQ(take_until(text, ','), "");
}

TEST(Trim, TakesBlanksAndTabsOffBothEnds) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" a\n"), "a\n");
}

TEST(Text, IsPlainWhereItIsPrintableAsciiWithoutQuoteAndBackslash) {
  EXPECT_TRUE(is_plain(""));
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool plain = value >= 0x20 && value < 0x7F && c != '"' && c != '\\';
    for (std::size_t size = 1; size < 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, ' ');
        text[at] = c;
        EXPECT_EQ(is_plain(text), plain) << value << " at " << at << " of " << size;
      }
    }
  }
}

TEST(Text, IsAppendedAsItIsMadePrintable) {
  for (const std::string& text :
       {std::string("wg0"), std::string("a\tb\\"), std::string(1030, 'a')}) {
    std::string appended = "before ";
    append_printable(text, appended);
    EXPECT_EQ(appended, "before " + to_printable(text));
  }
}

}  // namespace
}  // namespace wgaudit::text_test
