#include "wgaudit/wireguard/secret_digest.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit::secret_digest_test {
namespace {

DigestSalt counting_salt() {
  DigestSalt salt;
  std::iota(salt.begin(), salt.end(), std::uint8_t{0});
  return salt;
}

TEST(SipHash, GivesTheVectorsOfItsReferenceImplementation) {
  std::string text(15, '\0');
  std::iota(text.begin(), text.end(), '\0');
  const std::string_view all = text;
  EXPECT_EQ(siphash(all.substr(0, 0), counting_salt()), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(siphash(all.substr(0, 1), counting_salt()), 0x74f839c593dc67fdU);
  EXPECT_EQ(siphash(all.substr(0, 8), counting_salt()), 0x93f5f5799a932462U);
  EXPECT_EQ(siphash(all, counting_salt()), 0xa129ca6149be45e5U);
}

TEST(SecretDigest, DiffersForOtherSecretsAndShowsNothingElse) {
  const auto of = [](std::string_view text) { return SecretDigest::of(text, counting_salt()); };
  EXPECT_EQ(of("one"), of("one"));
  EXPECT_NE(of("one"), of("two"));
  EXPECT_NE(of("one"), SecretDigest::of("one", DigestSalt{}));
  EXPECT_NE(of("one"), SecretDigest::none());
  EXPECT_TRUE(of("one").is_set());
  EXPECT_FALSE(SecretDigest::none().is_set());
  EXPECT_TRUE(SecretDigest::none().is_known());
  EXPECT_FALSE(SecretDigest().is_known());
}

std::string dump_with(std::string_view preshared_key) {
  return "wg0\t(none)\t(none)\t51820\toff\n"
         "wg0\tvjik6YB/0AmjRLYbzEmBc1cVlLWPB5whYA/+dH8X30g=\t" +
         std::string(preshared_key) + "\t(none)\t(none)\t0\t0\t0\toff\n";
}

TEST(ParseDump, TakesADigestOfThePresharedKey) {
  const auto digest_of = [](std::string_view key) {
    return parse_dump(dump_with(key), counting_salt())->front().peers.front().preshared_key;
  };
  constexpr std::string_view secret = "AMZWngPzWcZXiXcpoyTjJt58FKoFgfHwV4j0tbEDeHk=";
  EXPECT_EQ(digest_of("(none)"), SecretDigest::none());
  EXPECT_EQ(digest_of(secret), SecretDigest::of(secret, counting_salt()));
}

}  // namespace
}  // namespace wgaudit::secret_digest_test
