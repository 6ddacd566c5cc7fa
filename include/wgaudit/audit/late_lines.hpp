#pragma once

#include <cstdint>
#include <optional>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Finds lines that were held back on the way, as by a syslog daemon that was down or stalled: by
/// the kernel's stamps they are older than a line may be. Nothing was lost, but for so long that
/// could not be known.
///
/// - `lines_late`: they come in one burst, in order. Counted up to the first that is prompt again.
/// - `lines_out_of_order`: their stamps are before those of lines that had come already. They took
///   another way, or were sent again.
class LateLines {
 public:
  /// Returns what is complete with the line.
  std::optional<NamedLoss> on_line(const HeardLine& line);

  /// The burst that no line has followed for a while; with `is_end`, in any case.
  std::optional<NamedLoss> take(Instant now, bool is_end = false);

 private:
  std::optional<NamedLoss> end_burst();

  std::optional<Loss> burst_;
  SteadyTime burst_grew_;             ///< When the last line of it was received.
  std::optional<SteadyTime> latest_;  ///< Printed, of all lines.
};

}  // namespace wgaudit
