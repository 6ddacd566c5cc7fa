#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "wgaudit/classify/pattern_file.hpp"

namespace wgaudit {

/// A TextView is a text to be matched.
struct TextView {
  std::string_view text;
  std::optional<std::uint8_t> severity;  ///< Severity of the line; absent: rules of any match.
};

/// A CaptureView is a named group of an expression with the text that it matched.
struct CaptureView {
  std::size_t field;      ///< Number of the group's name in Vocabulary::fields.
  std::string_view text;  ///< Text of the group; empty where it took no part in the match.
};

/// A MatchView is what a rule that matches says of a text. It is valid during the call of
/// TakeMatch.
struct MatchView {
  std::size_t kind;                       ///< Number of the rule's kind in Vocabulary::kinds.
  std::span<const CaptureView> captures;  ///< Named groups, in the order of the expression.
};

/// A TakeMatch is a pack's function that takes a match into the pack's own type. It returns false
/// where a capture is no value of its field: the text is then not what the rule says, and the rules
/// after it are tried.
using TakeMatch = std::function<bool(const MatchView&)>;

/// A Search says which rules are tried.
enum class Search : std::uint8_t {
  by_prefix,   ///< Rules whose literal beginning the text has.
  every_rule,  ///< All rules: the reference that `by_prefix` is tested against.
};

/// A RuleTable is the engine of a pack: the rules for one kind of text, compiled by RE2, without
/// knowledge of what they mean. A pack owns one for each origin and decides which texts it is
/// given. It is filled once; then any number of threads may read it.
class RuleTable {
 public:
  RuleTable();
  ~RuleTable();
  RuleTable(RuleTable&&) noexcept;

  /// Compiles a rule. Throws SetupError `file:line: reason` for an expression that RE2 refuses, a
  /// group that captures without a name of the vocabulary, and more than eight of them.
  void add(const Rule& rule, const Vocabulary& vocabulary);

  /// Whether some rule matches all of the text and `take` takes the match. Rules are tried in the
  /// order in which they were added.
  bool match(const TextView& text, const TakeMatch& take, Search search = Search::by_prefix) const;

  /// Throws SetupError unless `rule`, which is in the table, matches `text`, and no other rule
  /// does, whatever their severities. `example` is the line that `text` comes from, for the
  /// message.
  void check_example(const Rule& rule, std::string_view text, std::string_view example,
                     const TakeMatch& take) const;

 private:
  class CompiledRule;

  std::vector<std::unique_ptr<const CompiledRule>> rules_;  ///< In the order of the file.
};

}  // namespace wgaudit
