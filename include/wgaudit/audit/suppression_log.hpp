#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/audit/record.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Folds the notices of messages that were lost before they reached us.
///
/// Who drops messages lets a burst pass first. So what a notice counts was lost after the last
/// message that came through under the same limit, or after the notice before, and before the
/// notice itself.
///
/// The first notice is told at once; then no more than one record after 1 minute, 4, 16 and then
/// each hour, with the sum since the one before. A window without a notice ends the series.
class SuppressionLog {
 public:
  /// Takes a kernel line or a notice, which stands for `repeated`.
  void on_line(const KernelEvent& event, std::uint32_t repeated, Instant now);

  /// Whether it is a notice of lost kernel lines of any kind, `Peer created` too.
  static bool tells_of_lost_lines(const KernelEvent& event);

  /// What is due to be recorded.
  std::vector<NamedLoss> take(Instant now);

  /// All that has not been recorded, for the end of a run.
  std::vector<NamedLoss> flush();

 private:
  struct Series {
    bool has_unreported = false;
    Loss unreported;
    std::optional<Instant> noticed;  ///< The last notice.
    std::chrono::minutes window{};
    std::optional<SteadyTime> due;  ///< Of the next record, while the series lasts.
  };

  void on_notice(const KernelEvent& event, std::uint32_t repeated, Instant now);

  std::map<std::string_view, Series> series_;  ///< By reason.
  std::optional<Instant> last_line_;           ///< Of the kernel's.
  std::optional<Instant> last_limited_line_;   ///< Under the limit of its networking messages.
};

}  // namespace wgaudit
