#include "shell/journal/signing_key.hpp"

#include <gtest/gtest.h>

#include "wgaudit/base/hex.hpp"
#include "wgaudit/integrity/chain.hpp"

namespace wgaudit::signing_key_test {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  append_hex(bytes, text);
  return text;
}

// RFC 8032 section 7.1, tests 1 and 2.
TEST(SigningKey, SignsAsTheStandardDoes) {
  const struct {
    const char* seed;
    const char* public_key;
    std::string_view text;
    const char* signature;
  } rows[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9b46b"
       "d25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "11d8c"
       "387b2eaeb4302aeeb00d291612bb0c00"},
  };
  for (const auto& row : rows) {
    const auto key = SigningKey::parse(row.seed);
    ASSERT_TRUE(key);
    EXPECT_EQ(hex(key->public_key()), row.public_key);
    EXPECT_EQ(hex(key->sign(row.text)), row.signature);
    EXPECT_EQ(key->text(), row.seed);
  }
}

TEST(SigningKey, NoTwoAreAlike) {
  EXPECT_NE(SigningKey::generate()->public_key(), SigningKey::generate()->public_key());
}

TEST(SigningKey, NothingElseIsAKey) {
  EXPECT_FALSE(SigningKey::parse(""));
  EXPECT_FALSE(SigningKey::parse(std::string(62, '0')));
  EXPECT_FALSE(SigningKey::parse(std::string(64, 'x')));
}

/// A line that is sealed by `key`.
std::string sealed_line(const SigningKey& key, std::uint64_t epoch, Chain& chain) {
  const Seal seal{epoch, chain.head(), {}, key.public_key(), SigningKey::generate()->public_key()};
  const std::string text = text_to_sign(R"({"v":1,"message":"sealed"})", seal);
  std::string line;
  chain.append(sealed_object(text, key.sign(text)), line);
  return line;
}

TEST(Seal, IsReadAsItWasMade) {
  const SigningKey key = *SigningKey::generate();
  Chain chain(Hash{1, 2, 3});
  const std::string line = sealed_line(key, 7, chain);
  const auto sealed = seal_of(line);
  ASSERT_TRUE(sealed) << line;
  EXPECT_EQ(sealed->seal.epoch, 7U);
  EXPECT_EQ(sealed->seal.head, (Hash{1, 2, 3}));
  EXPECT_EQ(sealed->seal.key, key.public_key());
  EXPECT_TRUE(is_signed(*sealed));
}

TEST(Seal, NoChangeOfAByteIsSigned) {
  Chain chain;
  const std::string line = sealed_line(*SigningKey::generate(), 0, chain);
  for (std::size_t i = 0; i < without_link(line).size(); ++i) {
    std::string changed = line;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto sealed = seal_of(changed);
    EXPECT_FALSE(sealed && is_signed(*sealed)) << changed;
  }
}

TEST(Seal, AnythingElseIsNone) {
  Chain chain;
  const std::string line = sealed_line(*SigningKey::generate(), 0, chain);
  EXPECT_FALSE(seal_of(""));
  EXPECT_FALSE(seal_of(line.substr(1, line.size() - 2)));
  EXPECT_FALSE(seal_of(without_link(line)));
  std::string plain;
  Chain().append(R"({"v":1})", plain);
  EXPECT_FALSE(seal_of(plain));
  std::string quoted;
  Chain().append(R"({"message":",\"seal\":{\"epoch\":7"})", quoted);
  EXPECT_FALSE(seal_of(quoted));
}

}  // namespace
}  // namespace wgaudit::signing_key_test
