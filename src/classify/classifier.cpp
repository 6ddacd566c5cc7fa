#include "wgaudit/classify/classifier.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>

#include "classify/literals.hpp"
#include "classify/module_message.hpp"
#include "classify/one_pass.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_fields = 8;

template <typename Number>
bool set_number(std::string_view text, std::optional<Number>& field) {
  field = parse_number<Number>(text);
  return field.has_value();
}

template <typename Id>
bool set_id(std::string_view text, std::optional<Id>& field) {
  const auto number = parse_number<std::uint64_t>(text);
  if (number) field = Id{*number};
  return number.has_value();
}

/// False where the text is no value of the field's type: the line is then not what the rule says.
bool set_field(Field field, std::string_view text, KernelEvent& event) {
  switch (field) {
    case Field::peer:
      return set_id(text, event.peer);
    case Field::keypair:
      return set_id(text, event.keypair);
    case Field::endpoint:
      return (event.endpoint = parse_endpoint(text)).has_value();
    case Field::address:
      return (event.address = parse_ip_address(text)).has_value();
    case Field::nonce:
      return set_number(text, event.nonce);
    case Field::nonce_max:
      return set_number(text, event.nonce_max);
    case Field::count:
      return set_number(text, event.count);
    case Field::attempt:
      return set_number(text, event.attempt);
    case Field::seconds:
      return set_number(text, event.seconds);
    case Field::error:
      return set_number(text, event.error);
    case Field::interface: {
      const auto name = parse_interface_name(text);
      if (name) event.interface = *name;
      return name.has_value();
    }
    case Field::previous_interface:
      event.previous_interface = text;
      return true;
    case Field::text:
      event.text = text;
      return true;
  }
  __builtin_unreachable();
}

/// Interface names may hold any bytes, so that texts need not be UTF-8: a character is a byte.
RE2::Options expression_options() {
  RE2::Options options(RE2::Quiet);
  options.set_encoding(RE2::Options::EncodingLatin1);
  return options;
}

/// A rule ready to be tried.
class CompiledRule {
 public:
  explicit CompiledRule(const Rule& rule)
      : kind_(rule.kind),
        severity_(rule.severity),
        place_(rule.place),
        expression_(rule.expression, expression_options()) {
    if (!expression_.ok()) {
      throw SetupError(fmt::format("{}: {}", place_, to_printable(expression_.error())));
    }
    // Not before: RE2 bounds how deep groups may be nested.
    literals_ = required_literals(rule.expression);
    one_pass_ = OnePass::compile(rule.expression);
    const int groups = expression_.NumberOfCapturingGroups();
    const auto& names = expression_.CapturingGroupNames();
    if (static_cast<std::size_t>(groups) != names.size()) {
      throw SetupError(place_ + ": a group that captures needs a name; write (?:…) for the others");
    }
    if (names.size() > max_fields) throw SetupError(place_ + ": more than eight fields");
    for (const auto& [group, name] : names) fields_.push_back(field_of(name));
  }

  const std::string& prefix() const { return literals_.prefix; }
  const std::string& place() const { return place_; }

  bool matches(std::string_view text) const {
    KernelEvent event;
    return read(text, event);
  }

  /// Cheap, and never wrong when it says no.
  bool may_match(const LineView& line, std::string_view text) const {
    // One pass ends at the first byte that differs: it needs no help.
    return has_severity(line) && (one_pass_ || has_literals(literals_, text));
  }

  /// Says what the text tells; false, and the event is as it was, where text or severity differ.
  bool classify(const LineView& line, std::string_view text, KernelEvent& event) const {
    if (!has_severity(line)) return false;
    return one_pass_ ? read_in_one_pass(text, event) : read(text, event);
  }

  /// The same without the short way.
  bool classify_by_expression(const LineView& line, std::string_view text,
                              KernelEvent& event) const {
    return has_severity(line) && read(text, event);
  }

 private:
  /// The names that stand in the rule are known; those in a field's form need not be.
  Field field_of(const std::string& name) const {
    const auto field = parse_field(name);
    if (field) return *field;
    throw SetupError(fmt::format("{}: no field is called '{}'", place_, to_printable(name)));
  }

  bool has_severity(const LineView& line) const {
    return !severity_ || !line.severity || *severity_ == *line.severity;
  }

  bool read(std::string_view text, KernelEvent& event) const {
    std::array<re2::StringPiece, max_fields + 1> groups;
    const int count = static_cast<int>(fields_.size()) + 1;
    const re2::StringPiece subject(text.data(), text.size());
    if (!expression_.Match(subject, 0, text.size(), RE2::ANCHOR_BOTH, groups.data(), count)) {
      return false;
    }
    std::array<std::string_view, max_fields> values;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      values[i] = {groups[i + 1].data(), groups[i + 1].size()};
    }
    return fill(values, event);
  }

  bool read_in_one_pass(std::string_view text, KernelEvent& event) const {
    std::array<std::string_view, max_fields> values;
    return one_pass_->match(text, values) && fill(values, event);
  }

  /// Values that are not of their fields' types leave the event as it was.
  bool fill(const std::array<std::string_view, max_fields>& values, KernelEvent& event) const {
    const InterfaceName interface = event.interface;
    event.kind = kind_;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (set_field(fields_[i], values[i], event)) continue;
      event = KernelEvent{};
      event.interface = interface;
      return false;
    }
    return true;
  }

  EventKind kind_;
  std::optional<std::uint8_t> severity_;
  std::string place_;
  RE2 expression_;
  Literals literals_;
  std::optional<OnePass> one_pass_;  // the same expression, where it can be matched so
  std::vector<Field> fields_;        // in the order of the groups
};

/// The rules for one kind of text, found by the literal text that they begin with.
class RuleTable {
 public:
  void add(const Rule& rule) {
    rules_.push_back(std::make_unique<CompiledRule>(rule));
    const std::string& prefix = rules_.back()->prefix();
    for (std::size_t first = 0; first < by_first_byte_.size(); ++first) {
      const bool possible = prefix.empty() || first_byte(prefix) == first;
      if (possible) by_first_byte_[first].push_back(rules_.back().get());
    }
  }

  bool classify(const LineView& line, std::string_view text, KernelEvent& event) const {
    for (const CompiledRule* rule : by_first_byte_[first_byte(text)]) {
      if (rule->may_match(line, text) && rule->classify(line, text, event)) return true;
    }
    return false;
  }

  bool classify_by_every_rule(const LineView& line, std::string_view text,
                              KernelEvent& event) const {
    for (const auto& rule : rules_) {
      if (rule->classify_by_expression(line, text, event)) return true;
    }
    return false;
  }

  /// The places of the rules that match `text`, whatever the severity.
  std::vector<std::string> matching(std::string_view text) const {
    std::vector<std::string> places;
    for (const auto& rule : rules_) {
      if (rule->matches(text)) places.push_back(rule->place());
    }
    return places;
  }

 private:
  static constexpr std::size_t no_byte = 256;  // of the empty text

  static std::size_t first_byte(std::string_view text) {
    return text.empty() ? no_byte : static_cast<unsigned char>(text.front());
  }

  std::vector<std::unique_ptr<CompiledRule>> rules_;
  std::array<std::vector<const CompiledRule*>, no_byte + 1>
      by_first_byte_;  // each in the order of the file
};

/// rsyslogd signs its own messages `rsyslogd-2177`: the number names the message, not the program.
std::string_view without_message_number(std::string_view program) {
  const auto last = program.find_last_not_of("0123456789");
  const bool numbered = last != std::string_view::npos && last + 1 < program.size();
  return numbered && program[last] == '-' ? program.substr(0, last) : program;
}

}  // namespace

class Classifier::Rules {
 public:
  explicit Rules(const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) table_for(rule).add(rule);
    for (const Rule& rule : rules) check_examples(rule);
  }

  template <typename Try>
  std::optional<KernelEvent> classify(const LineView& line, Try try_table) const {
    if (line.program != "kernel") return classify_program(line, try_table);
    std::optional<KernelEvent> event(std::in_place);
    const auto message = module_message(line.text);
    if (!message) {
      if (!try_table(kernel_, line.text, *event)) event.reset();
      return event;
    }
    if (message->interface) event->interface = *message->interface;
    const RuleTable& table = message->interface ? interface_ : module_;
    const bool known =
        try_table(table, message->text, *event) ||
        // `wireguard: renamed from wg0`: an interface may be called as the module is.
        (!message->interface && try_table(kernel_, line.text, *event));
    if (!known) event->text = line.text;
    return event;
  }

 private:
  template <typename Try>
  std::optional<KernelEvent> classify_program(const LineView& line, Try try_table) const {
    const auto table = programs_.find(without_message_number(line.program));
    KernelEvent event;
    if (table == programs_.end() || !try_table(table->second, line.text, event)) {
      return std::nullopt;
    }
    return event;
  }

  RuleTable& table_for(const Rule& rule) {
    switch (rule.origin) {
      case Origin::interface:
        return interface_;
      case Origin::module:
        return module_;
      case Origin::kernel:
        return kernel_;
      case Origin::program:
        return programs_[rule.program];
    }
    __builtin_unreachable();
  }

  void check_examples(const Rule& rule) {
    for (const std::string& example : rule.examples) {
      const bool of_module = rule.origin == Origin::interface || rule.origin == Origin::module;
      const auto message = module_message(example);
      if (of_module &&
          (!message || message->interface.has_value() != (rule.origin == Origin::interface))) {
        throw SetupError(rule.place + ": an example has not the prefix that the origin says");
      }
      const auto places = table_for(rule).matching(of_module ? message->text : example);
      if (std::find(places.begin(), places.end(), rule.place) == places.end()) {
        throw SetupError(fmt::format("{}: the rule does not match its example '{}'", rule.place,
                                     to_printable(example)));
      }
      if (places.size() > 1) {
        throw SetupError(fmt::format("{}: two rules match '{}': {} and {}", rule.place,
                                     to_printable(example), places[0], places[1]));
      }
      check_reached(rule, example);
    }
  }

  void check_reached(const Rule& rule, const std::string& example) const {
    LineView line{"kernel", rule.severity, example};
    if (rule.origin == Origin::program) line.program = rule.program;
    const auto event =
        classify(line, [&](const RuleTable& table, std::string_view text, KernelEvent& said) {
          return table.classify_by_every_rule(line, text, said);
        });
    if (event && event->kind == rule.kind) return;
    throw SetupError(fmt::format("{}: by its origin no line like '{}' comes to this rule",
                                 rule.place, to_printable(example)));
  }

  RuleTable interface_;
  RuleTable module_;
  RuleTable kernel_;
  std::map<std::string, RuleTable, std::less<>> programs_;
};

Classifier::Classifier(const std::vector<Rule>& rules)
    : rules_(std::make_unique<const Rules>(rules)) {}
Classifier::~Classifier() = default;
Classifier::Classifier(Classifier&&) noexcept = default;

std::optional<KernelEvent> Classifier::classify(const LineView& line) const {
  return rules_->classify(line,
                          [&](const RuleTable& table, std::string_view text, KernelEvent& event) {
                            return table.classify(line, text, event);
                          });
}

std::optional<KernelEvent> Classifier::classify_by_every_rule(const LineView& line) const {
  return rules_->classify(line,
                          [&](const RuleTable& table, std::string_view text, KernelEvent& event) {
                            return table.classify_by_every_rule(line, text, event);
                          });
}

}  // namespace wgaudit
