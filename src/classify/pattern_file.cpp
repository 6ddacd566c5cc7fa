#include "wgaudit/classify/pattern_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const auto end = text.find_first_of(" \t");
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : trim(text.substr(end));
  return word;
}

/// Reads a pattern file line by line. It keeps the forms that were given so far and the examples
/// that wait for their rule.
class PatternReader {
 public:
  PatternReader(std::string_view name, const Vocabulary& vocabulary)
      : name_(name), vocabulary_(vocabulary) {}

  void read_line(std::string_view line) {
    ++line_;
    line = trim(line);
    if (take_prefix(line, "# example:")) {
      examples_.emplace_back(trim(line));
    } else if (!line.empty() && line.front() != '#') {
      const std::string_view word = take_word(line);
      word == "field" ? read_field(line) : read_rule(word, line);
    }
  }

  std::vector<Rule> take() {
    if (!examples_.empty()) fail("an example without a rule below it");
    return std::move(rules_);
  }

 private:
  [[noreturn]] void fail(std::string_view reason) const {
    throw SetupError(fmt::format("{}: {}", place(), reason));
  }

  std::string place() const { return fmt::format("{}:{}", name_, line_); }

  void read_field(std::string_view line) {
    const std::string_view field = take_word(line);
    check_field(field);
    if (line.empty()) fail("a field needs a form: field NAME FORM");
    forms_[std::string(field)] = line;
  }

  void read_rule(std::string_view kind, std::string_view line) {
    if (!find_word(vocabulary_.kinds, kind)) {
      fail(fmt::format("no event kind is called '{}'", to_printable(kind)));
    }
    Rule rule;
    rule.kind = kind;
    read_origin(take_word(line), rule);
    read_severity(take_word(line), rule);
    if (line.empty()) fail("a rule needs four parts: KIND ORIGIN SEVERITY EXPRESSION");
    if (examples_.empty()) fail("a rule needs an '# example:' line above it");
    rule.expression = complete(line);
    rule.examples = std::exchange(examples_, {});
    rule.place = place();
    rules_.push_back(std::move(rule));
  }

  void read_origin(std::string_view text, Rule& rule) const {
    if (find_word(vocabulary_.origins, text)) {
      rule.origin = text;
    } else if (take_prefix(text, "tag=") && !text.empty()) {
      rule.origin = "tag";
      rule.program = text;
    } else {
      fail(fmt::format("the origin must be {}{}tag=NAME", fmt::join(vocabulary_.origins, ", "),
                       vocabulary_.origins.empty() ? "" : " or "));
    }
  }

  void read_severity(std::string_view text, Rule& rule) const {
    if (text == "*") return;
    rule.severity = parse_number<std::uint8_t>(text);
    if (!rule.severity || *rule.severity > 7) fail("the severity must be 0 to 7, or *");
  }

  /// A misspelt name is refused here already, so that the message has the line of the name.
  void check_field(std::string_view field) const {
    if (find_word(vocabulary_.fields, field)) return;
    fail(fmt::format("no field is called '{}'", to_printable(field)));
  }

  /// Puts the form of its field into each empty named group: `(?P<peer>)` into `(?P<peer>[0-9]+)`.
  std::string complete(std::string_view expression) const {
    constexpr std::string_view opening = "(?P<";
    std::string whole;
    while (!expression.empty()) {
      const auto group = expression.find(opening);
      whole += expression.substr(0, group);
      if (group == std::string_view::npos) break;
      expression.remove_prefix(group + opening.size());
      const std::string_view field = take_until(expression, '>');
      check_field(field);
      whole += fmt::format("{}{}>", opening, field);
      if (!expression.empty() && expression.front() == ')') whole += form_of(field);
    }
    return whole;
  }

  const std::string& form_of(std::string_view field) const {
    const auto form = forms_.find(std::string(field));
    if (form == forms_.end()) fail(fmt::format("field '{}' has no form above this line", field));
    return form->second;
  }

  std::string_view name_;
  const Vocabulary& vocabulary_;
  std::size_t line_ = 0;
  std::map<std::string, std::string>
      forms_;                          // by field; a later form counts for the rules after it
  std::vector<std::string> examples_;  // lines above a rule that is still to come
  std::vector<Rule> rules_;
};

}  // namespace

std::optional<std::size_t> find_word(const std::vector<std::string_view>& words,
                                     std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

std::vector<Rule> parse_patterns(std::string_view text, std::string_view name,
                                 const Vocabulary& vocabulary) {
  PatternReader reader(name, vocabulary);
  while (!text.empty()) reader.read_line(take_until(text, '\n'));
  return reader.take();
}

}  // namespace wgaudit
