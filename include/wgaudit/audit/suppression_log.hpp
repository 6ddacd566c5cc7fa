#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Reads the notices of messages that were lost before they reached us.
///
/// A limiter lets a burst pass before it drops messages. So what a notice counts was lost after the
/// last message that came through under the same limit, or after the notice before, and before the
/// notice itself.
class SuppressionLog {
 public:
  /// Takes a kernel line or a notice. Returns the loss that a notice reports.
  std::optional<NamedLoss> on_line(const HeardLine& line);

  /// Whether it is a notice of lost kernel lines of any kind, `Peer created` too.
  static bool tells_of_lost_lines(const KernelEvent& event);

 private:
  NamedLoss on_notice(const HeardLine& line);

  std::map<LossReason, std::optional<Instant>> noticed_;  ///< The last, by reason.
  std::optional<Instant> last_line_;                      ///< Last line of the kernel.
  std::optional<Instant> last_limited_line_;  ///< Under the limit of its networking messages.
};

}  // namespace wgaudit
