#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/audit/loss_fold.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Folds the notices of messages that were lost before they reached us.
///
/// Who drops messages lets a burst pass first. So what a notice counts was lost after the last
/// message that came through under the same limit, or after the notice before, and before the
/// notice itself.
class SuppressionLog {
 public:
  /// Takes a kernel line or a notice, which stands for `repeated`.
  void on_line(const KernelEvent& event, std::uint32_t repeated, Instant now);

  /// Whether it is a notice of lost kernel lines of any kind, `Peer created` too.
  static bool tells_of_lost_lines(const KernelEvent& event);

  /// What is due to be recorded.
  std::vector<NamedLoss> take(Instant now) { return fold_.take(now); }

  /// All that has not been recorded, for the end of a run.
  std::vector<NamedLoss> flush() { return fold_.flush(); }

 private:
  void on_notice(const KernelEvent& event, std::uint32_t repeated, Instant now);

  LossFold fold_;
  std::map<std::string_view, std::optional<Instant>> noticed_;  ///< The last, by reason.
  std::optional<Instant> last_line_;                            ///< Of the kernel's.
  std::optional<Instant> last_limited_line_;  ///< Under the limit of its networking messages.
};

}  // namespace wgaudit
