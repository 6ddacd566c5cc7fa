#include "wgaudit/wireguard/public_key.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace wgaudit::public_key_test {
namespace {

constexpr std::string_view real_key = "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30g=";

TEST(ParsePublicKey, ReadsBase64) {
  const auto key = parse_public_key(real_key);
  ASSERT_TRUE(key);
  const std::array<std::uint8_t, 32> want = {0xbe, 0x38, 0xa4, 0xe9, 0x80, 0x7f, 0xd0, 0x09,
                                             0xa3, 0x44, 0xb6, 0x1b, 0xcc, 0x49, 0x81, 0x73,
                                             0x57, 0x15, 0x94, 0xb5, 0x8f, 0x07, 0x9c, 0x21,
                                             0x60, 0x0f, 0xfe, 0x74, 0x7f, 0x17, 0xdf, 0x48};
  EXPECT_EQ(key->bytes, want);
  EXPECT_EQ(to_text(*key), real_key);
  EXPECT_EQ(parse_public_key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), PublicKey{});
}

TEST(ParsePublicKey, RefusesEverythingThatWgDoesNotPrint) {
  const struct {
    const char* name;
    std::string_view text;
  } rows[] = {
      {"empty", ""},
      {"none", "(none)"},
      {"one character short", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30="},
      {"one character long", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30g=="},
      {"no padding", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30gA"},
      {"two paddings", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30=="},
      {"padding first", "=jik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30g="},
      {"lowest padding bit set", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30h="},
      {"other padding bit set", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30i="},
      {"alphabet of URLs", "vjik6YB_0AmjRLYbzEmBc1cVlLWPB5whYA_-dH8X30g="},
      {"blank", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/ dH8X30g="},
      {"line end for padding", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30g\n"},
      {"byte above 127", "vjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/\xffhdH8X30g="},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(parse_public_key(row.text));
  }
}

TEST(ParsePublicKey, GivesOneKeyOneSpelling) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> any_byte(0, 255);
  for (int i = 0; i < 1000; ++i) {
    PublicKey key;
    for (auto& byte : key.bytes) byte = static_cast<std::uint8_t>(any_byte(random));
    const std::string text = to_text(key);
    ASSERT_EQ(text.size(), 44U);
    EXPECT_EQ(parse_public_key(text), key);

    int spellings = 0;
    for (int last = 0; last < 256; ++last) {
      std::string other = text;
      other[42] = static_cast<char>(last);
      if (parse_public_key(other) == key) ++spellings;
    }
    EXPECT_EQ(spellings, 1);
  }
}

TEST(PublicKey, IsHashedByItsBytes) {
  const auto key = *parse_public_key(real_key);
  EXPECT_EQ(std::hash<PublicKey>{}(key), std::hash<PublicKey>{}(*parse_public_key(real_key)));
  EXPECT_NE(std::hash<PublicKey>{}(key), std::hash<PublicKey>{}(PublicKey{}));
}

TEST(IsKeyText, SaysOfEveryTextWhatParsingItWould) {
  const std::string key = to_text(PublicKey{});
  EXPECT_TRUE(is_key_text(key));
  for (std::size_t place = 0; place < key.size(); ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = key;
      text[place] = static_cast<char>(c);
      EXPECT_EQ(is_key_text(text), parse_public_key(text).has_value()) << text;
    }
  }
  EXPECT_FALSE(is_key_text(""));
  EXPECT_FALSE(is_key_text(key + "="));
  EXPECT_FALSE(is_key_text("(none)"));
}

}  // namespace
}  // namespace wgaudit::public_key_test
