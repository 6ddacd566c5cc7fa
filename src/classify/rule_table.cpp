#include "classify/rule_table.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_captures = 8;
constexpr int max_prefix = 32;  // bytes; the shipped rules differ sooner

/// Interface names may hold any bytes, so that texts need not be UTF-8: a character is a byte.
RE2::Options expression_options() {
  RE2::Options options(RE2::Quiet);
  options.set_encoding(RE2::Options::EncodingLatin1);
  return options;
}

/// The literal text that every match begins with. Every match lies between two texts that RE2
/// knows, so it begins with what both begin with.
std::string literal_prefix(const RE2& expression) {
  std::string least;
  std::string greatest;
  if (!expression.PossibleMatchRange(&least, &greatest, max_prefix)) return {};
  const auto end = std::mismatch(least.begin(), least.end(), greatest.begin(), greatest.end());
  return {least.begin(), end.first};
}

}  // namespace

class RuleTable::CompiledRule {
 public:
  CompiledRule(const Rule& rule, const Vocabulary& vocabulary)
      : kind_(find_word(vocabulary.kinds, rule.kind).value()),
        severity_(rule.severity),
        place_(rule.place),
        expression_(rule.expression, expression_options()) {
    if (!expression_.ok()) fail(to_printable(expression_.error()));
    const int groups = expression_.NumberOfCapturingGroups();
    const auto& names = expression_.CapturingGroupNames();
    if (static_cast<std::size_t>(groups) != names.size()) {
      fail("a group that captures needs a name; write (?:…) for the others");
    }
    if (names.size() > max_captures) fail("more than eight fields");
    for (const auto& [group, name] : names) fields_.push_back(field_of(name, vocabulary));
    prefix_ = literal_prefix(expression_);
  }

  const std::string& prefix() const { return prefix_; }
  const std::string& place() const { return place_; }

  bool match(const TextView& text, const TakeMatch& take) const {
    return has_severity(text) && match(text.text, take);
  }

  bool match(std::string_view text, const TakeMatch& take) const {
    std::array<re2::StringPiece, max_captures + 1> groups;  // the first is the whole match
    const int count = static_cast<int>(fields_.size()) + 1;
    const re2::StringPiece subject(text.data(), text.size());
    if (!expression_.Match(subject, 0, text.size(), RE2::ANCHOR_BOTH, groups.data(), count)) {
      return false;
    }
    std::array<CaptureView, max_captures> captures;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      captures[i] = {fields_[i], {groups[i + 1].data(), groups[i + 1].size()}};
    }
    return take({kind_, std::span(captures).first(fields_.size())});
  }

 private:
  [[noreturn]] void fail(std::string_view reason) const {
    throw SetupError(fmt::format("{}: {}", place_, reason));
  }

  /// The pattern file's reader checks the names in a rule, not those in a field's form.
  std::size_t field_of(const std::string& name, const Vocabulary& vocabulary) const {
    const auto field = find_word(vocabulary.fields, name);
    if (!field) fail(fmt::format("no field is called '{}'", to_printable(name)));
    return *field;
  }

  bool has_severity(const TextView& text) const {
    return !severity_ || !text.severity || *severity_ == *text.severity;
  }

  std::size_t kind_;
  std::optional<std::uint8_t> severity_;
  std::string place_;
  RE2 expression_;
  std::vector<std::size_t> fields_;  // in the order of the groups
  std::string prefix_;
};

RuleTable::RuleTable() = default;
RuleTable::~RuleTable() = default;
RuleTable::RuleTable(RuleTable&&) noexcept = default;

void RuleTable::add(const Rule& rule, const Vocabulary& vocabulary) {
  rules_.push_back(std::make_unique<const CompiledRule>(rule, vocabulary));
}

bool RuleTable::match(const TextView& text, const TakeMatch& take, Search search) const {
  const bool by_prefix = search == Search::by_prefix;
  return std::ranges::any_of(rules_, [&](const auto& rule) {
    return (!by_prefix || text.text.starts_with(rule->prefix())) && rule->match(text, take);
  });
}

void RuleTable::check_example(const Rule& rule, std::string_view text, std::string_view example,
                              const TakeMatch& take) const {
  std::vector<std::string> places;
  for (const auto& each : rules_) {
    if (each->match(text, take)) places.push_back(each->place());
  }
  if (std::ranges::find(places, rule.place) == places.end()) {
    throw SetupError(fmt::format("{}: the rule does not match its example '{}'", rule.place,
                                 to_printable(example)));
  }
  if (places.size() > 1) {
    throw SetupError(fmt::format("{}: two rules match '{}': {} and {}", rule.place,
                                 to_printable(example), places[0], places[1]));
  }
}

}  // namespace wgaudit
