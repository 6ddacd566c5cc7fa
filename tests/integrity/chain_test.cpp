#include "wgaudit/integrity/chain.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wgaudit::chain_test {
namespace {

TEST(Chain, EachLinkIsSha256OfTheLinkBeforeAndTheObject) {
  Chain chain;
  std::string text;
  chain.append(R"({"v":1})", text);
  text += '\n';
  chain.append(R"({"v":1,"message":"second"})", text);
  // head -c32 /dev/zero | cat - <(printf '{"v":1}') | sha256sum, and so on
  EXPECT_EQ(
      text,
      R"({"v":1,"chain":"c65d49300dc2d863463d373af0788206b580c324371d2699e3f2d5cbb2b0b50f"})"
      "\n"
      R"({"v":1,"message":"second","chain":"004eab9d7fb3e608efd9cd3fae675e0382fce260fbe979d547015a9e3b01a504"})");
}

TEST(Chain, ALineSaysItsLinkAndWhatItShouldBe) {
  Chain chain;
  Hash before = chain.head();
  for (const char* const object : {R"({"a":1})", R"({"b":"}"})", R"({"c":{}})"}) {
    std::string line;
    chain.append(object, line);
    EXPECT_EQ(link_of(line), chain.head());
    EXPECT_EQ(expected_link(before, line), chain.head());
    EXPECT_EQ(expected_link(before, object), chain.head());
    before = chain.head();
  }
}

TEST(Chain, NoChangeOfAByteKeepsTheLink) {
  Chain chain;
  std::string line;
  chain.append(R"({"v":1,"message":"ONLINE wg0 alice"})", line);
  for (std::size_t i = 0; i < line.size(); ++i) {
    for (const int bit : {1, 2, 4, 8, 16, 32, 64}) {
      std::string changed = line;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      const auto link = link_of(changed);
      EXPECT_FALSE(link && *link == expected_link(no_hash, changed)) << changed;
    }
  }
}

TEST(Chain, GoesOnBehindAnyHead) {
  Chain whole;
  std::string ignored;
  whole.append(R"({"v":1})", ignored);
  Chain later(whole.head());
  whole.append(R"({"v":2})", ignored);
  later.append(R"({"v":2})", ignored);
  EXPECT_EQ(later.head(), whole.head());
}

TEST(Chain, AnythingElseHasNoLink) {
  const std::string digits(64, 'a');
  for (const std::string& line :
       {std::string(), std::string("{}"), R"(,"chain":")" + digits.substr(1) + "\"}",
        R"(,"chain":")" + digits + "\"", R"(,"chain":")" + digits.substr(1) + "A\"}",
        R"(,"chain":")" + digits.substr(1) + "g\"}", R"(,"Chain":")" + digits + "\"}"}) {
    EXPECT_FALSE(link_of(line)) << line;
  }
  EXPECT_TRUE(link_of(R"(,"chain":")" + digits + "\"}"));
}

}  // namespace
}  // namespace wgaudit::chain_test
