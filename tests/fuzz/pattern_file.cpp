// A pattern file, and the rules in it under their own examples.

#include "wgaudit/classify/pattern_file.hpp"

#include <algorithm>

#include "fuzz/target.hpp"
#include "support/classified.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

void check_examples(const std::vector<Rule>& rules) {
  const Classifier classifier(rules);
  for (const Rule& rule : rules) {
    require(!rule.examples.empty(), "a rule has an example");
    for (const std::string& example : rule.examples) {
      LineView line{"kernel", rule.severity, example};
      if (!rule.program.empty()) line.program = rule.program;
      const auto event = classifier.classify(line);
      require(event && to_text(event->kind) == rule.kind, "an example is what its rule says");
      require(describe(event) == describe(classifier.classify_by_every_rule(line)),
              "the search by prefix says what every rule in turn says");
    }
  }
}

}  // namespace

void try_input(std::string_view input) {
  try {
    check_examples(parse_patterns(input, "any.patterns", wireguard_vocabulary()));
  } catch (const SetupError& error) {
    const std::string_view what = error.what();
    require(what.starts_with("any.patterns:"), "an error names its place");
    require(std::none_of(what.begin(), what.end(), is_control), "an error is one line");
  }
}

}  // namespace wgaudit
