#include "wgaudit/classify/classifier.hpp"

#include <fmt/format.h>

#include <map>

#include "classify/module_message.hpp"
#include "classify/rule_table.hpp"
#include "classify/wireguard_fields.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// rsyslogd signs its own messages `rsyslogd-2177`; the number names the message, not the program.
std::string_view without_message_number(std::string_view program) {
  const auto last = program.find_last_not_of("0123456789");
  const bool numbered = last != std::string_view::npos && last + 1 < program.size();
  return numbered && program[last] == '-' ? program.substr(0, last) : program;
}

bool fill_from(const RuleTable& table, const TextView& text, Search search, KernelEvent& event) {
  return table.match(
      text, [&event](const MatchView& match) { return fill(match, event); }, search);
}

}  // namespace

/// The rules, in a table for each text that they match.
class Classifier::Rules {
 public:
  explicit Rules(const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) table_for(rule).add(rule, wireguard_vocabulary());
    for (const Rule& rule : rules) {
      for (const std::string& example : rule.examples) check_example(rule, example);
    }
  }

  std::optional<KernelEvent> classify(const LineView& line, Search search) const {
    if (line.program != "kernel") return classify_program(line, search);
    std::optional<KernelEvent> event(std::in_place);
    const auto message = module_message(line.text);
    if (!message) {
      if (!fill_from(kernel_, {line.text, line.severity}, search, *event)) event.reset();
      return event;
    }
    if (message->interface) event->interface = *message->interface;
    const RuleTable& table = message->interface ? interface_ : module_;
    const bool known =
        fill_from(table, {message->text, line.severity}, search, *event) ||
        // `wireguard: renamed from wg0`: an interface may be called as the module is.
        (!message->interface && fill_from(kernel_, {line.text, line.severity}, search, *event));
    if (!known) event->text = line.text;
    return event;
  }

 private:
  std::optional<KernelEvent> classify_program(const LineView& line, Search search) const {
    const auto table = programs_.find(without_message_number(line.program));
    KernelEvent event;
    if (table == programs_.end() ||
        !fill_from(table->second, {line.text, line.severity}, search, event)) {
      return std::nullopt;
    }
    return event;
  }

  RuleTable& table_for(const Rule& rule) {
    if (rule.origin == "interface") return interface_;
    if (rule.origin == "module") return module_;
    if (rule.origin == "kernel") return kernel_;
    return programs_[rule.program];
  }

  void check_example(const Rule& rule, const std::string& example) {
    table_for(rule).check_example(rule, text_for(rule, example), example,
                                  [](const MatchView& match) {
                                    KernelEvent event;
                                    return fill(match, event);
                                  });
    check_reached(rule, example);
  }

  /// The text of an example that a rule of this origin is given.
  static std::string_view text_for(const Rule& rule, std::string_view example) {
    const bool of_interface = rule.origin == "interface";
    if (!of_interface && rule.origin != "module") return example;
    const auto message = module_message(example);
    if (!message || message->interface.has_value() != of_interface) {
      throw SetupError(rule.place + ": an example has not the prefix that the origin says");
    }
    return message->text;
  }

  /// A rule can match its example and never be asked: `tag=kernel` names a program that no line
  /// has.
  void check_reached(const Rule& rule, const std::string& example) const {
    LineView line{"kernel", rule.severity, example};
    if (!rule.program.empty()) line.program = rule.program;
    const auto event = classify(line, Search::every_rule);
    if (event && to_text(event->kind) == rule.kind) return;
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
  return rules_->classify(line, Search::by_prefix);
}

std::optional<KernelEvent> Classifier::classify_by_every_rule(const LineView& line) const {
  return rules_->classify(line, Search::every_rule);
}

}  // namespace wgaudit
