#include "wgaudit/classify/pattern_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/classify/classifier.hpp"

namespace wgaudit::pattern_file_test {
namespace {

/// Returns why a pattern file is refused, by the reader or by the classifier; empty where it is
/// not.
std::string refusal_of(std::string_view text) {
  try {
    const Classifier classifier(parse_patterns(text, "my.patterns", wireguard_vocabulary()));
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 78);
    return error.what();
  }
  return {};
}

TEST(ParsePatterns, ReadsRulesInOrder) {
  const auto rules = parse_patterns(
      "# a comment\r\n"
      "field peer      [0-9]+\n"
      "field endpoint  \\((?:einval)\\)\n"
      "\n"
      "  # example:   wireguard: wg0: Peer 7 ((einval)) destroyed\n"
      "# example: wireguard: wg1: Peer 8 ((einval)) destroyed\n"
      "# a comment between an example and its rule\n"
      "\tpeer_destroyed\tinterface  7  Peer (?P<peer>) \\((?P<endpoint>)\\) destroyed  \n"
      "# example: WireGuard 2 loaded\n"
      "module_loaded module * (?P<text>WireGuard [0-9]) loaded\n"
      "# example: x\n"
      "messages_suppressed kernel 4 x\n"
      "# example: y\n"
      "messages_suppressed tag=some-daemon 0 y",
      "dir/my.patterns", wireguard_vocabulary());
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(rules[0].kind, "peer_destroyed");
  EXPECT_EQ(rules[0].origin, "interface");
  EXPECT_EQ(rules[0].severity, 7);
  EXPECT_EQ(rules[0].expression,
            "Peer (?P<peer>[0-9]+) \\((?P<endpoint>\\((?:einval)\\))\\) destroyed");
  EXPECT_EQ(rules[0].examples,
            (std::vector<std::string>{"wireguard: wg0: Peer 7 ((einval)) destroyed",
                                      "wireguard: wg1: Peer 8 ((einval)) destroyed"}));
  EXPECT_EQ(rules[0].place, "dir/my.patterns:8");
  EXPECT_EQ(rules[1].origin, "module");
  EXPECT_EQ(rules[1].severity, std::nullopt);
  EXPECT_EQ(rules[1].expression, "(?P<text>WireGuard [0-9]) loaded");
  EXPECT_EQ(rules[2].origin, "kernel");
  EXPECT_EQ(rules[2].severity, 4);
  EXPECT_EQ(rules[3].origin, "tag");
  EXPECT_EQ(rules[3].program, "some-daemon");
  EXPECT_EQ(rules[3].severity, 0);
  EXPECT_EQ(rules[3].place, "dir/my.patterns:14");
}

TEST(ParsePatterns, TakesTheFormThatStandsAboveTheRule) {
  const auto rules = parse_patterns(
      "field peer 1\n# example: a 1\nmodule_loaded kernel * a (?P<peer>)\n"
      "field peer 2\n# example: a 2\nmodule_loaded kernel * a (?P<peer>)\n",
      "p", wireguard_vocabulary());
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].expression, "a (?P<peer>1)");
  EXPECT_EQ(rules[1].expression, "a (?P<peer>2)");
}

TEST(ParsePatterns, TakesAFileWithoutRules) {
  EXPECT_TRUE(parse_patterns("", "p", wireguard_vocabulary()).empty());
  EXPECT_TRUE(parse_patterns("# nothing\n\n", "p", wireguard_vocabulary()).empty());
}

TEST(ParsePatterns, SaysWhereAndWhyAFileIsRefused) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"unknown kind", "\n\npeer_vanished interface 7 x\n",
       "my.patterns:3: no event kind is called 'peer_vanished'"},
      {"kind with control characters", "\x1b[31m interface 7 x\n",
       "my.patterns:1: no event kind is called '\\x1b[31m'"},
      {"unknown origin", "# example: x\npeer_created user 7 x\n",
       "my.patterns:2: the origin must be interface, module, kernel or tag=NAME"},
      {"no origin", "# example: x\npeer_created\n",
       "my.patterns:2: the origin must be interface, module, kernel or tag=NAME"},
      {"tag without name", "# example: x\npeer_created tag= 7 x\n",
       "my.patterns:2: the origin must be interface, module, kernel or tag=NAME"},
      {"severity 8", "# example: x\npeer_created interface 8 x\n",
       "my.patterns:2: the severity must be 0 to 7, or *"},
      {"severity as a word", "# example: x\npeer_created interface debug x\n",
       "my.patterns:2: the severity must be 0 to 7, or *"},
      {"no severity", "# example: x\npeer_created interface\n",
       "my.patterns:2: the severity must be 0 to 7, or *"},
      {"no expression", "# example: x\npeer_created interface 7\n",
       "my.patterns:2: a rule needs four parts: KIND ORIGIN SEVERITY EXPRESSION"},
      {"no example", "peer_created interface 7 x\n",
       "my.patterns:1: a rule needs an '# example:' line above it"},
      {"example of the rule before",
       "# example: x\nmodule_loaded kernel * x\nmodule_loaded kernel * y\n",
       "my.patterns:3: a rule needs an '# example:' line above it"},
      {"example without rule", "# example: x\n",
       "my.patterns:1: an example without a rule below it"},
      {"unknown field", "field colour red\n", "my.patterns:1: no field is called 'colour'"},
      {"field without name", "field\n", "my.patterns:1: no field is called ''"},
      {"field without form", "field peer\n",
       "my.patterns:1: a field needs a form: field NAME FORM"},
      {"unknown group", "# example: x\npeer_created interface 7 x (?P<colour>red)\n",
       "my.patterns:2: no field is called 'colour'"},
      {"empty unknown group", "# example: x\npeer_created interface 7 x (?P<colour>)\n",
       "my.patterns:2: no field is called 'colour'"},
      {"group without form", "# example: x\npeer_created interface 7 x (?P<peer>)\n",
       "my.patterns:2: field 'peer' has no form above this line"},
      {"form below the rule",
       "# example: x\npeer_created interface 7 x (?P<peer>)\nfield peer [0-9]+\n",
       "my.patterns:2: field 'peer' has no form above this line"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(refusal_of(row.text), row.want);
  }
}

TEST(Classifier, GroupsNestedBeyondMeasureAreRefused) {
  const std::string deep(1'000'000, '(');
  EXPECT_EQ(refusal_of("# example: x\nmodule_loaded kernel * " + deep + "\n").substr(0, 15),
            "my.patterns:2: ");
}

TEST(Classifier, SaysWhereAndWhyARuleIsRefused) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"expression of RE2 refused", "# example: x\nmodule_loaded kernel * (?:x\n",
       "my.patterns:2: missing ): (?:x"},
      {"expression with control characters", "# example: x\nmodule_loaded kernel * (?:\x1b\n",
       "my.patterns:2: missing ): (?:\\x1b"},
      {"lookahead", "# example: x\nmodule_loaded kernel * x(?=y)\n",
       "my.patterns:2: invalid perl operator: (?="},
      {"bad form", "field peer [0-9\n\n# example: x\nmodule_loaded kernel * (?P<peer>)\n",
       "my.patterns:4: missing ]: [0-9)"},
      {"unknown group in a form",
       "field text (?P<colour>red)\n# example: x\nmodule_loaded kernel * (?P<text>)\n",
       "my.patterns:3: no field is called 'colour'"},
      {"group without name", "# example: x\nmodule_loaded kernel * (x)\n",
       "my.patterns:2: a group that captures needs a name; write (?:…) for the others"},
      {"nine fields",
       "# example: x\nmodule_loaded kernel * (?P<peer>x)(?P<keypair>x)(?P<endpoint>x)(?P<address>x)"
       "(?P<nonce>x)(?P<nonce_max>x)(?P<count>x)(?P<attempt>x)(?P<seconds>x)\n",
       "my.patterns:2: more than eight fields"},
      {"tag of the kernel", "# example: x\nmodule_loaded tag=kernel * x\n",
       "my.patterns:2: by its origin no line like 'x' comes to this rule"},
      {"tag with a message number", "# example: x\nmodule_loaded tag=rsyslogd-2177 * x\n",
       "my.patterns:2: by its origin no line like 'x' comes to this rule"},
      {"line of an interface as one of the kernel",
       "# example: wireguard: wg0: x\nmodule_loaded kernel * wireguard: wg0: x\n",
       "my.patterns:2: by its origin no line like 'wireguard: wg0: x' comes to this rule"},
      {"example of another text", "# example: y\nmodule_loaded kernel * x\n",
       "my.patterns:2: the rule does not match its example 'y'"},
      {"example with text after it", "# example: xx\nmodule_loaded kernel * x\n",
       "my.patterns:2: the rule does not match its example 'xx'"},
      {"second example of another text",
       "# example: x\n# example: \x1by\nmodule_loaded kernel * x\n",
       "my.patterns:3: the rule does not match its example '\\x1by'"},
      {"example whose number is too great",
       "# example: 18446744073709551616\nmodule_loaded kernel * (?P<peer>[0-9]+)\n",
       "my.patterns:2: the rule does not match its example '18446744073709551616'"},
      {"example without the interface",
       "# example: wireguard: Peer 7 created\npeer_created interface 7 Peer 7 created\n",
       "my.patterns:2: an example has not the prefix that the origin says"},
      {"example with an interface",
       "# example: wireguard: wg0: loaded\nmodule_loaded module 7 loaded\n",
       "my.patterns:2: an example has not the prefix that the origin says"},
      {"example of another module",
       "# example: openvpn: wg0: Peer 7 created\npeer_created interface 7 Peer 7 created\n",
       "my.patterns:2: an example has not the prefix that the origin says"},
      {"two rules match one example",
       "# example: a1\nmodule_loaded kernel * a[0-9]\n# example: ab\nmodule_loaded kernel * a.\n",
       "my.patterns:2: two rules match 'a1': my.patterns:2 and my.patterns:4"},
      {"two rules match one example, whatever their severities",
       "# example: ax\nmodule_loaded kernel 7 a.\n# example: ab\nmodule_loaded kernel 6 ab\n",
       "my.patterns:4: two rules match 'ab': my.patterns:2 and my.patterns:4"},
      {"one rule twice",
       "# example: a\nmodule_loaded tag=x * a\n# example: a\nmodule_loaded tag=x * a\n",
       "my.patterns:2: two rules match 'a': my.patterns:2 and my.patterns:4"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(refusal_of(row.text), row.want);
  }
}

TEST(Classifier, TakesOneTextInRulesOfSeveralOrigins) {
  EXPECT_EQ(refusal_of("# example: a\nmodule_loaded kernel * a\n"
                       "# example: a\nmodule_loaded tag=x * a\n"
                       "# example: a\nmodule_loaded tag=y * a\n"
                       "# example: wireguard: a\nmodule_loaded module * a\n"
                       "# example: wireguard: wg0: a\nmodule_loaded interface * a\n"),
            "");
}

}  // namespace
}  // namespace wgaudit::pattern_file_test
