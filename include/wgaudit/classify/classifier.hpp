#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/classify/pattern_file.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// One line to be classified. Borrows.
struct LineView {
  std::string_view program = "kernel";
  std::optional<std::uint8_t> severity;  ///< Absent: not known, any rule's will do.
  std::string_view text;                 ///< Without syslog header, printk stamp and caller.
};

/// Says what a line means, by rules. Not changed after construction; any number of threads may use
/// it.
class Classifier {
 public:
  /// Compiles the rules and tries their examples. Throws SetupError `file:line: reason` for an
  /// expression that RE2 refuses, an example that its own rule does not match, and an example that
  /// two rules match.
  explicit Classifier(const std::vector<Rule>& rules);
  ~Classifier();
  Classifier(Classifier&&) noexcept;

  /// The event that the line tells of; nothing where it is none of ours. A line of WireGuard's that
  /// no rule matches, or only one for another severity, is an unknown_message. Dynamic-debug
  /// prefixes (flags p, m, f, s, l, t; lib/dynamic_debug.c) are read past.
  std::optional<KernelEvent> classify(const LineView& line) const;

  /// The same by trying every rule in turn: the reference that `classify` is tested against.
  std::optional<KernelEvent> classify_by_every_rule(const LineView& line) const;

 private:
  class Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace wgaudit
