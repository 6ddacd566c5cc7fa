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
  std::string_view program = "kernel";   ///< The line's tag.
  std::optional<std::uint8_t> severity;  ///< Absent: not known, any rule's will do.
  std::string_view text;                 ///< Without syslog header, printk stamp and caller.
};

/// The words of WireGuard's pattern files. Kinds are the names of EventKind, fields those of
/// KernelEvent. Origins are `interface`, the text after `wireguard: wg0: `; `module`, the text
/// after `wireguard: `; and `kernel`, a kernel line as it is.
const Vocabulary& wireguard_vocabulary();

/// The classifier of the kernel's lines about WireGuard and of notices that lines were lost. It
/// finds the rule that matches a line and fills a KernelEvent with what the rule captures. Not
/// changed after construction; any number of threads may use it.
class Classifier {
 public:
  /// Compiles rules of wireguard_vocabulary() and tries their examples. Throws SetupError
  /// `file:line: reason` for an expression that RE2 refuses, an example that its own rule does not
  /// match, and an example that two rules match.
  explicit Classifier(const std::vector<Rule>& rules);
  ~Classifier();
  Classifier(Classifier&&) noexcept;

  /// The event that the line reports; nothing where the line is not about WireGuard or lost lines.
  /// A line of the module that no rule matches, or only one of another severity, is an
  /// unknown_message. Prefixes of dynamic debug (flags p, m, f, s, l, t; lib/dynamic_debug.c) are
  /// skipped.
  std::optional<KernelEvent> classify(const LineView& line) const;

  /// The same by trying every rule in turn: the reference that `classify` is tested against.
  std::optional<KernelEvent> classify_by_every_rule(const LineView& line) const;

 private:
  class Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace wgaudit
