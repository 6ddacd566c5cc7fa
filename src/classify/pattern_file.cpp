#include "wgaudit/classify/pattern_file.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>

#include "wgaudit/base/names.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 13> field_names = {
    "peer",  "keypair", "endpoint", "address", "nonce",     "nonce_max",
    "count", "attempt", "seconds",  "error",   "interface", "previous_interface",
    "text"};

std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const auto end = text.find_first_of(" \t");
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : trim(text.substr(end));
  return word;
}

class PatternReader {
 public:
  explicit PatternReader(std::string_view name) : name_(name) {}

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
    if (!parse_field(field)) fail(fmt::format("no field is called '{}'", to_printable(field)));
    if (line.empty()) fail("a field needs a form: field NAME FORM");
    forms_[std::string(field)] = line;
  }

  void read_rule(std::string_view kind, std::string_view line) {
    Rule rule;
    const auto known = parse_event_kind(kind);
    if (!known) fail(fmt::format("no event kind is called '{}'", to_printable(kind)));
    rule.kind = *known;
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
    if (text == "interface") {
      rule.origin = Origin::interface;
    } else if (text == "module") {
      rule.origin = Origin::module;
    } else if (text == "kernel") {
      rule.origin = Origin::kernel;
    } else if (take_prefix(text, "tag=") && !text.empty()) {
      rule.origin = Origin::program;
      rule.program = text;
    } else {
      fail("the origin must be interface, module, kernel or tag=NAME");
    }
  }

  void read_severity(std::string_view text, Rule& rule) const {
    if (text == "*") return;
    rule.severity = parse_number<std::uint8_t>(text);
    if (!rule.severity || *rule.severity > 7) fail("the severity must be 0 to 7, or *");
  }

  /// Puts the field's form into each empty named group.
  std::string complete(std::string_view expression) const {
    constexpr std::string_view opening = "(?P<";
    std::string whole;
    while (!expression.empty()) {
      const auto group = expression.find(opening);
      whole += expression.substr(0, group);
      if (group == std::string_view::npos) break;
      expression.remove_prefix(group + opening.size());
      const std::string_view field = take_until(expression, '>');
      if (!parse_field(field)) fail(fmt::format("no field is called '{}'", to_printable(field)));
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
  std::size_t line_ = 0;
  std::map<std::string, std::string> forms_;
  std::vector<std::string> examples_;
  std::vector<Rule> rules_;
};

}  // namespace

std::optional<Field> parse_field(std::string_view text) {
  return find_name<Field>(field_names, text);
}

std::vector<Rule> parse_patterns(std::string_view text, std::string_view name) {
  PatternReader reader(name);
  while (!text.empty()) reader.read_line(take_until(text, '\n'));
  return reader.take();
}

}  // namespace wgaudit
