#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/audit/record.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Lines that were lost before they came here, as the kernel and syslog daemons say themselves.
///
/// Under a flood the kernel says so every few seconds for as long as it goes on: the first notice
/// is told at once, those of the minute that follows in one record.
class Suppressions {
 public:
  struct Told {
    std::string_view reason;  ///< Of the evidence_lost record.
    Loss loss;
  };

  /// Takes every line, since those that were printed bound what was not. `happened` is absent where
  /// log text does not tell.
  void on_line(const KernelEvent& event, std::optional<UtcTime> happened, Instant now);

  /// What is due to be recorded.
  std::vector<Told> take(Instant now);

  /// All that has not been recorded, for the end of a run.
  std::vector<Told> flush();

 private:
  struct Series {
    std::optional<Loss> unreported;
    SteadyTime due;
  };

  std::map<std::string_view, Series> series_;
  std::optional<UtcTime> last_limited_;  ///< The last line of those that the kernel limits.
};

}  // namespace wgaudit
