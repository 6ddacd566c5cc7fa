#include "classify/one_pass.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <map>
#include <string>
#include <vector>

#include "support/read_file.hpp"
#include "wgaudit/classify/pattern_file.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_groups = 4;

/// `no`, or what each group holds.
std::string by_one_pass(const OnePass& expression, std::string_view text, std::size_t groups) {
  std::array<std::string_view, max_groups> held;
  if (!expression.match(text, held)) return "no";
  std::string all = "yes";
  for (std::size_t i = 0; i < groups; ++i) all += fmt::format(" <{}>", held[i]);
  return all;
}

std::string by_re2(const RE2& expression, std::string_view text, std::size_t groups) {
  std::array<re2::StringPiece, max_groups + 1> held;
  const int count = static_cast<int>(groups) + 1;
  if (!expression.Match({text.data(), text.size()}, 0, text.size(), RE2::ANCHOR_BOTH, held.data(),
                        count)) {
    return "no";
  }
  std::string all = "yes";
  for (std::size_t i = 1; i <= groups; ++i) all += fmt::format(" <{}>", held[i].as_string());
  return all;
}

/// Every text of up to five of these.
std::vector<std::string> all_texts() {
  static constexpr std::string_view letters = "ab1.(\n";
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size() && texts[i].size() < 5; ++i) {
    for (const char c : letters) texts.push_back(texts[i] + c);
  }
  return texts;
}

TEST(OnePass, MatchesAllShortTextsAsRe2DoesOrIsNotUsed) {
  const std::map<std::string, bool> is_used = {
      {"", true},
      {"a", true},
      {"ab1", true},
      {"a+b", true},
      {"a*b", true},
      {"a?b", true},
      {"a{2}b", true},
      {"a{2}a", true},
      {"a{1,3}b", true},
      {"a{2,}b", true},
      {".*", true},
      {"(?P<x>.+)", true},
      {"[ab]+[1.]*", true},
      {"[^a]*a", true},
      {"[^a]*", true},
      {"[a-b1]{1,2}\\(", true},
      {"\\d+\\.\\w*", true},
      {"\\s*a", true},
      {"[]a]+b", true},
      {"[-a]+b", true},
      {"[a-]+b", true},
      {"[\\d.]+", true},
      {"(?P<x>a+)b(?P<y>[1.]*)", true},
      {"(?P<x>(?P<y>a+)b)1?", true},
      {"(?:a|b)1", true},
      {"(?:a|b|)1", true},
      {"(?P<x>a|b+)1", true},
      {"(?P<x>a1|b)?\\.", true},
      {"(?:a(?:b|1)|\\(.+)", true},
      {"a|b", true},
      {"(?P<x>a)?b", true},
      {"|a", true},
      {"a+a", false},
      {"a*ab", false},
      {"a{1,2}[ab]", false},
      {".*a", false},
      {"(?:a|ab)1", false},
      {"(?:a?|b)a", false},
      {"(?:ab)+", false},
      {"(?:a|b)*1", false},
      {"a+?b", false},
      {"^a", false},
      {"a$", false},
      {"\\ba", false},
      {"\\x61", false},
      {"[[:alpha:]]+1", false},
      {"(?i)A", false},
      {"(?i:A)", false},
      {"\\Qa.\\E", false},
      {"a{0}b", false},
      {"a{02}b", false},
      {"a{1,02}b", false},
      {"a{1", false},
      {"a{}b", false},
      {"[\\(-1]+", false},
      {"[\\(-]+", true},
  };
  const auto texts = all_texts();
  for (const auto& [text, used] : is_used) {
    SCOPED_TRACE(text);
    const auto expression = OnePass::compile(text);
    EXPECT_EQ(expression.has_value(), used);
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    const RE2 reference(text, options);
    ASSERT_TRUE(reference.ok());
    const auto groups = static_cast<std::size_t>(reference.NumberOfCapturingGroups());
    for (std::size_t i = 0; expression && i < texts.size(); ++i) {
      ASSERT_EQ(by_one_pass(*expression, texts[i], groups), by_re2(reference, texts[i], groups))
          << texts[i];
    }
  }
}

TEST(OnePass, TakesEveryByteForItself) {
  const std::string expression = "[^a]\xC3.";
  const auto one_pass = OnePass::compile(expression);
  ASSERT_TRUE(one_pass);
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  const RE2 reference(expression, options);
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    for (const std::string& text : {std::string{c, '\xC3', 'b'}, std::string{'b', '\xC3', c}}) {
      EXPECT_EQ(by_one_pass(*one_pass, text, 0), by_re2(reference, text, 0)) << i;
    }
  }
}

/// `destroyed` and `deleted` begin alike. The rules that are not of an interface take no part in a
/// flood of lines.
TEST(OnePass, IsUsedForEveryShippedRuleOfAnInterfaceButOne) {
  const std::string file = WGAUDIT_SOURCE "/patterns/wireguard.patterns";
  std::size_t count = 0;
  for (const Rule& rule : parse_patterns(read_file(file), file)) {
    if (rule.origin != Origin::interface) continue;
    ++count;
    EXPECT_EQ(OnePass::compile(rule.expression).has_value(),
              rule.kind != EventKind::interface_destroyed)
        << rule.place;
  }
  EXPECT_EQ(count, 34U);
}

}  // namespace
}  // namespace wgaudit
