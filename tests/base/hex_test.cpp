#include "wgaudit/base/hex.hpp"

#include <gtest/gtest.h>

#include <array>

namespace wgaudit::hex_test {
namespace {

TEST(Hex, EveryByteHasOneSpelling) {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  std::string text;
  append_hex(bytes, text);
  EXPECT_EQ(text.substr(0, 6), "000102");
  EXPECT_EQ(text.substr(506), "fdfeff");
  std::array<std::uint8_t, 256> read{};
  EXPECT_TRUE(parse_hex(text, read));
  EXPECT_EQ(read, bytes);
}

TEST(Hex, AnythingElseIsRefused) {
  std::array<std::uint8_t, 2> bytes{};
  for (const char* text : {"", "0", "000", "00000", "000G", "00A0", "0x00", "00 0"}) {
    EXPECT_FALSE(parse_hex(text, bytes)) << text;
  }
}

}  // namespace
}  // namespace wgaudit::hex_test
