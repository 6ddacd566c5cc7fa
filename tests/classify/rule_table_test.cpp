#include "classify/rule_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::rule_table_test {
namespace {

/// The words of a pack that has nothing to do with WireGuard.
const Vocabulary& login_words() {
  static const Vocabulary words{{"login_accepted", "login_failed"}, {}, {"user", "port"}};
  return words;
}

RuleTable table_of(std::string_view patterns) {
  RuleTable table;
  for (const Rule& rule : parse_patterns(patterns, "login.patterns", login_words())) {
    table.add(rule, login_words());
  }
  return table;
}

/// A table of one rule without example.
RuleTable table_of_expression(std::string_view expression) {
  Rule rule;
  rule.kind = "login_accepted";
  rule.expression = expression;
  rule.place = "p:1";
  RuleTable table;
  table.add(rule, login_words());
  return table;
}

/// Kind and captures of the match in the words of the vocabulary; `nothing` where there is none.
std::string match_of(const RuleTable& table, const TextView& text,
                     Search search = Search::by_prefix) {
  std::string found = "nothing";
  table.match(
      text,
      [&found](const MatchView& match) {
        found = login_words().kinds[match.kind];
        for (const auto& [field, held] : match.captures) {
          found += fmt::format(" {}={}", login_words().fields[field], held);
        }
        return true;
      },
      search);
  return found;
}

constexpr std::string_view login_patterns =
    "field user [^ ]*\n"
    "field port [0-9]+\n"
    "# example: Accepted password for alice port 22\n"
    "login_accepted tag=sshd 6 Accepted password for (?P<user>) port (?P<port>)\n"
    "# example: Failed password for bob\n"
    "login_failed tag=sshd * Failed password for (?P<user>)(?: port (?P<port>))?\n";

TEST(RuleTable, GivesKindAndCapturesInTheWordsOfThePack) {
  const RuleTable table = table_of(login_patterns);
  const struct {
    std::string_view text;
    std::optional<std::uint8_t> severity;
    std::string_view want;
  } rows[] = {
      {"Accepted password for alice port 22", 6, "login_accepted user=alice port=22"},
      {"Accepted password for alice port 22", std::nullopt, "login_accepted user=alice port=22"},
      {"Accepted password for alice port 22", 5, "nothing"},
      {"Accepted password for alice port", 6, "nothing"},
      {"Failed password for bob", 3, "login_failed user=bob port="},
      {"Failed password for  port 7", 3, "login_failed user= port=7"},
      {"", 6, "nothing"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(match_of(table, {row.text, row.severity}), row.want) << row.text;
  }
}

TEST(RuleTable, TriesTheNextRuleWhereAMatchIsNotTaken) {
  const RuleTable table = table_of(
      "# example: port 70000\nlogin_accepted tag=x * port (?P<port>[0-9]+)\n"
      "# example: port x\nlogin_failed tag=x * port (?P<user>.*)\n");
  std::vector<std::size_t> kinds;
  const auto take_failed = [&kinds](const MatchView& match) {
    kinds.push_back(match.kind);
    return match.kind == 1;
  };
  EXPECT_TRUE(table.match({"port 70000", std::nullopt}, take_failed));
  EXPECT_EQ(kinds, (std::vector<std::size_t>{0, 1}));
  EXPECT_FALSE(table.match({"port 70000", std::nullopt}, [](const MatchView&) { return false; }));
}

TEST(RuleTable, RefusesAGroupWhoseNameThePackDoesNotHave) {
  try {
    table_of_expression("x (?P<peer>[0-9]+)");
    FAIL() << "the rule is taken";
  } catch (const SetupError& error) {
    EXPECT_STREQ(error.what(), "p:1: no field is called 'peer'");
  }
}

TEST(ParsePatterns, NamesNoOriginWhereThePackHasNone) {
  try {
    parse_patterns("# example: x\nlogin_failed kernel * x\n", "login.patterns", login_words());
    FAIL() << "the file is taken";
  } catch (const SetupError& error) {
    EXPECT_STREQ(error.what(), "login.patterns:2: the origin must be tag=NAME");
  }
}

/// The prefix only saves work: a text that an expression matches is never skipped.
TEST(RuleTable, FindsByPrefixWhateverTheExpressionMatches) {
  const struct {
    std::string_view expression;
    std::string_view text;
  } rows[] = {
      {"a[]b]cd", "abcd"},
      {"a[]b]cd", "a]cd"},
      {"a[^]b]cd", "axcd"},
      {"a(?:[])]b)cd", "a]bcd"},
      {"a[[:digit:]]bc", "a1bc"},
      {"a[[:^digit:]]bc", "axbc"},
      {"a{,2}b", "a{,2}b"},
      {"(?i)abc", "ABC"},
      {"(?i)abc", "aBc"},
      {"ab(?i:c)d", "abCd"},
      {"ab|cd", "cd"},
      {"ab|", ""},
      {"abc?d", "abd"},
      {"(?:ab)?c", "c"},
      {"(?:ab)*", ""},
      {"(?:ab)*", "abab"},
      {"a+b", "aaab"},
      {"(?:a|b)*c", "babac"},
      {"[\\x00-\\xff]*", "\xff\xff"},
      {"\\xff+", "\xff\xff\xff"},
      {R"(ab\x41c)", "abAc"},
      {R"(ab\Qc*\Ed)", "abc*d"},
      {R"(\(?ab)", "ab"},
      {R"(a\*?b)", "ab"},
      {"a{0}b", "b"},
      {R"(a\101b)", "aAb"},
      {"ab??c", "ac"},
      {R"(ab\bc?)", "ab"},
      {R"(a[\]x]b)", "a]b"},
      {"^ab$", "ab"},
      {R"(\Aab\z)", "ab"},
      {"(?m)^ab$", "ab"},
      {"(?s).ab", "\nab"},
      {"", ""},
      {"abcdefghijabcdefghijabcdefghijabcdefghij.", "abcdefghijabcdefghijabcdefghijabcdefghijx"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.expression);
    const RuleTable table = table_of_expression(row.expression);
    const TextView text{row.text, std::nullopt};
    EXPECT_EQ(match_of(table, text, Search::every_rule), "login_accepted");
    EXPECT_EQ(match_of(table, text), "login_accepted");
  }
}

TEST(RuleTable, TakesACharacterOfSeveralBytesForSeveral) {
  for (const std::string_view expression : {"aä?b", "aä*b", "aä{0,1}b", "aä+b", "a€?b", "a[ä]b"}) {
    const RuleTable table = table_of_expression(expression);
    for (const std::string_view text : {"ab", "aäb", "aääb", "a€b", "a\xc3\x62", "a\xe4\x62"}) {
      EXPECT_EQ(match_of(table, {text, std::nullopt}),
                match_of(table, {text, std::nullopt}, Search::every_rule))
          << expression << " and " << text;
    }
  }
}

}  // namespace
}  // namespace wgaudit::rule_table_test
