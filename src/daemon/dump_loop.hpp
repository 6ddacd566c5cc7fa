#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "daemon/recorder.hpp"
#include "shell/intake/dump_reader.hpp"
#include "shell/status/duration_histogram.hpp"
#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// How the dumps of a run went.
struct DumpHistory {
  std::optional<UtcTime> last;  ///< Time of the last dump that succeeded.
  std::string trouble;          ///< Why the last one failed, which was logged; empty: it did not.
  DurationHistogram durations;  ///< From the start of `wg` to its complete output.
};

/// Takes `wg show all dump` when the auditor wants it, and wakes the daemon once a second at least.
/// Owned by the daemon, and used on its loop alone.
class DumpLoop {
 public:
  struct Listener {
    std::function<void(Instant)> woken;              ///< Nothing happened but that time passed.
    std::function<void(Instant)> taken;              ///< A dump was taken, or failed.
    std::function<void(std::exception_ptr)> denied;  ///< `wg` may not be used: a SetupError.
  };

  /// `wg` is absolute. With `debug`, each failure is logged, and not only the first of its kind.
  DumpLoop(boost::asio::io_context& io, std::filesystem::path wg, bool debug, Recorder& recorder,
           Listener listener);

  /// Takes a dump, or sets the timer for the next one. To be called at the end of each wake-up.
  void schedule(Instant now);

  const DumpHistory& history() const { return history_; }

 private:
  void take_dump();
  void on_dump(tl::expected<DumpReading, DumpFailure> reading);
  void on_success(const DumpReading& reading, Instant now);
  bool on_failure(const DumpFailure& failure, Instant now);

  DumpReader reader_;
  bool debug_;
  Recorder& recorder_;
  Listener listener_;
  Instant started_;  ///< When the last dump was.
  DumpHistory history_;
  boost::asio::steady_timer timer_;
  SteadyTime timer_set_ = SteadyTime::max();  ///< When the timer wakes us; max: it does not.
};

}  // namespace wgaudit
