#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/classify/pattern_file.hpp"
#include "wgaudit/classify/wireguard_vocabulary.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// A LineView is one line to be classified. It borrows its texts.
struct LineView {
  std::string_view program = "kernel";   ///< The line's tag.
  std::optional<std::uint8_t> severity;  ///< Severity of the line; absent: rules of any match.
  std::string_view text;                 ///< Text without syslog header, printk stamp and caller.
};

/// A Classifier turns the kernel's lines about WireGuard, and notices that lines were lost, into
/// KernelEvents. It is the pack of WireGuard on the engine (src/classify/rule_table.hpp): it finds
/// the rule that matches a line, and fills an event with what the rule captures. A command makes
/// one from the pattern files; it never changes, and any number of threads may use it.
class Classifier {
 public:
  /// Compiles rules of wireguard_vocabulary() and tries their examples. Throws SetupError
  /// `file:line: reason` for an expression that RE2 refuses, an example that its own rule does not
  /// match, and an example that two rules match.
  explicit Classifier(const std::vector<Rule>& rules);
  ~Classifier();
  Classifier(Classifier&&) noexcept;

  /// Returns the event that the line reports; nothing where the line is not about WireGuard or lost
  /// lines. A line of the module that no rule matches, or only one of another severity, is an
  /// unknown_message. Prefixes of dynamic debug (flags p, m, f, s, l, t; lib/dynamic_debug.c) are
  /// skipped.
  std::optional<KernelEvent> classify(const LineView& line) const;

  /// Does the same by trying every rule in turn: the reference that `classify` is tested against.
  std::optional<KernelEvent> classify_by_every_rule(const LineView& line) const;

 private:
  class Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace wgaudit
