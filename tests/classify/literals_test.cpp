#include "classify/literals.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {
namespace {

TEST(RequiredLiterals, ClaimWhatEveryMatchHas) {
  const struct {
    const char* name;
    std::string_view expression;
    std::string_view prefix;
    std::string_view longest;
  } rows[] = {
      {"empty", "", "", ""},
      {"text alone", "Invalid IP packet", "Invalid IP packet", "Invalid IP packet"},
      {"group in the middle", "Peer (?P<peer>[0-9]+) created", "Peer ", " created"},
      {"group first", "(?P<text>[^:]+): lost", "", ": lost"},
      {"longest is the first of equals", "ab[x]cd", "ab", "ab"},
      {"plain group", "ab(?:x)cd", "abxcd", "abxcd"},
      {"plain named group", "(?P<text>net): (?P<count>[0-9]+) lost", "net: ", "net: "},
      {"escaped punctuation", R"(a\(b\)\.c\\d)", R"(a(b).c\d)", R"(a(b).c\d)"},
      {"optional character", "abc?d", "ab", "ab"},
      {"repeated character", "abc+de", "ab", "ab"},
      {"starred character", "xab*cde", "xa", "cde"},
      {"lazy repeat", "ab*?cde", "a", "cde"},
      {"counted character", "abc{2}d", "ab", "ab"},
      {"counted to none", "a{0}bc", "", "bc"},
      {"optional escaped character", R"(ab\.?c)", "ab", "ab"},
      {"optional group", "ab(?:cd)?efg", "ab", "efg"},
      {"starred group", "(abcdef)*x", "", "x"},
      {"nested groups", "a(?:b(?:c|d(e))f)ghi", "ab", "fghi"},
      {"bracket in a group", R"(a(?:\)b)cd)", "a)bcd", "a)bcd"},
      {"class in a group", "a(?:[)]b)cd", "a", "bcd"},
      {"class", "a[bc]de", "a", "de"},
      {"negated class", "a[^bc]de", "a", "de"},
      {"class with an escaped bracket", R"(a[\]b]cd)", "a", "cd"},
      {"class that begins with a bracket", "a[]b]cd", "a", "cd"},
      {"negated class that begins with a bracket", "a[^]b]cd", "a", "cd"},
      {"class that begins with a bracket in a group", "a(?:[])]b)cd", "a", "bcd"},
      {"class with an escaped bracket and a colon", R"(a[\[:]bc[:]])", "a", "bc"},
      {"named class", "a[[:digit:]]bc", "a", "bc"},
      {"negated named class", "a[^[:digit:]x]bc", "a", "bc"},
      {"repeated class", "a[0-9]{1,3}bc", "a", "bc"},
      {R"(\d)", R"(ab\dcde)", "ab", "cde"},
      {R"(\s and \W)", R"(ab\s\Wcde)", "ab", "cde"},
      {R"(\b has no width)", R"(ab\b cde)", "ab", " cde"},
      {"any character", "ab.cde", "ab", "cde"},
      {"begin and end", "^abc$", "", "abc"},
      {"alternatives", "abc|abd", "", ""},
      {"alternatives with nothing", "abc|", "", ""},
      {"alternatives in a group", "ab(?:c|d)ef", "ab", "ab"},
      {"bar in a class", "ab[|]cde", "ab", "cde"},
      {"escaped bar", R"(ab\|c)", "ab|c", "ab|c"},
      {"any case", "(?i)abc", "", ""},
      {"any case further on", "ab(?i:c)d", "", ""},
      {"character by its number", R"(ab\x41c)", "", ""},
      {"character by its number in braces", R"(ab\x{41}c)", "", ""},
      {"octal", R"(ab\101c)", "", ""},
      {"control character", R"(ab\tc)", "", ""},
      {"Unicode class", R"(ab\pLc)", "", ""},
      {"quoted text", R"(ab\Qc*\Ed)", "", ""},
      {"begin and end of text", R"(\Aab\z)", "", ""},
      {"brace that counts nothing", "ab{c", "", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Literals literals = required_literals(row.expression);
    EXPECT_EQ(literals.prefix, row.prefix);
    EXPECT_EQ(literals.longest, row.longest);
  }
}

TEST(MayMatch, AsksForThePrefixAndForTheLongestBehindIt) {
  const Literals literals{"Peer ", " created"};
  EXPECT_TRUE(has_literals(literals, "Peer 7 created"));
  EXPECT_FALSE(has_literals(literals, "Peer 7 destroyed"));
  EXPECT_FALSE(has_literals(literals, "peer 7 created"));
  EXPECT_FALSE(has_literals(literals, "Pee"));
  EXPECT_TRUE(has_literals({"aaa", "aaab"}, "aaaaaab"));
  EXPECT_FALSE(has_literals({"aab", "aaab"}, "aab"));
  EXPECT_TRUE(has_literals({}, ""));
  EXPECT_TRUE(has_literals({"abc", "abc"}, "abc"));
}

Classifier classifier_of(std::string_view expression) {
  return Classifier({Rule{EventKind::module_loaded,
                          Origin::kernel,
                          "",
                          std::nullopt,
                          std::string(expression),
                          {},
                          "p:1"}});
}

/// Literals only ever save work: what an expression matches is never passed over.
TEST(RequiredLiterals, PassOverNothingThatTheExpressionMatches) {
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
      {"ab(?i:c)d", "abCd"},
      {"ab|cd", "cd"},
      {"abc?d", "abd"},
      {"(?:ab)?c", "c"},
      {R"(ab\x41c)", "abAc"},
      {R"(ab\Qc*\Ed)", "abc*d"},
      {R"(\(?ab)", "ab"},
      {R"(a\*?b)", "ab"},
      {"a{0}b", "b"},
      {R"(a\101b)", "aAb"},
      {"ab??c", "ac"},
      {R"(ab\bc?)", "ab"},
      {R"(a[\]x]b)", "a]b"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.expression);
    const Classifier classifier = classifier_of(row.expression);
    const LineView line{"kernel", std::nullopt, row.text};
    EXPECT_TRUE(classifier.classify_by_every_rule(line)) << row.text;
    EXPECT_TRUE(classifier.classify(line)) << row.text;
  }
}

TEST(RequiredLiterals, HoldForCharactersOfSeveralBytes) {
  for (const std::string_view expression : {"aä?b", "aä*b", "aä{0,1}b", "aä+b", "a€?b", "a[ä]b"}) {
    const Classifier classifier = classifier_of(expression);
    for (const std::string_view text : {"ab", "aäb", "aääb", "a€b", "a\xc3\x62", "a\xe4\x62"}) {
      const LineView line{"kernel", std::nullopt, text};
      EXPECT_EQ(classifier.classify(line).has_value(),
                classifier.classify_by_every_rule(line).has_value())
          << expression << " and " << text;
    }
  }
}

}  // namespace
}  // namespace wgaudit
