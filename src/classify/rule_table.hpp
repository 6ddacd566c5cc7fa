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

/// A text to be matched.
struct TextView {
  std::string_view text;
  std::optional<std::uint8_t> severity;  ///< Absent: not known, any rule's will do.
};

/// What a named group of an expression holds; empty where it took no part in the match.
struct CaptureView {
  std::size_t field;  ///< Number of the group's name in Vocabulary::fields.
  std::string_view text;
};

/// What a rule that matches says of a text.
struct MatchView {
  std::size_t kind;  ///< Number of the rule's kind in Vocabulary::kinds.
  std::span<const CaptureView> captures;
};

/// Takes a match into the pack's own type. False where a capture is no value of its field: the text
/// is then not what the rule says, and the rules after it are tried.
using TakeMatch = std::function<bool(const MatchView&)>;

/// Which rules are tried.
enum class Search : std::uint8_t {
  by_prefix,   ///< Those whose literal beginning the text has.
  every_rule,  ///< All of them: the reference that `by_prefix` is tested against.
};

/// The engine of a pack: rules for one kind of text, compiled by RE2. It knows nothing of what they
/// mean. Filled once, then read by any number of threads.
class RuleTable {
 public:
  RuleTable();
  ~RuleTable();
  RuleTable(RuleTable&&) noexcept;

  /// Compiles a rule. Throws SetupError `file:line: reason` for an expression that RE2 refuses, a
  /// group that captures without a name of the vocabulary, and more than eight of them.
  void add(const Rule& rule, const Vocabulary& vocabulary);

  /// Whether some rule matches all of the text and its match is taken. Rules are tried in the order
  /// in which they were added.
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
