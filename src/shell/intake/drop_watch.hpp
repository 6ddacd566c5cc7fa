#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "wgaudit/base/growing_window.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Follows the number of datagrams that a socket has dropped for want of room, and says when they
/// are to be recorded: the first at once, those after them in windows that grow as long as it goes
/// on. Anybody may cause it.
class DropWatch {
 public:
  /// What a socket that we did not bind had dropped before: not ours to record.
  void begin_at(std::uint32_t count, Instant now);

  /// Takes the socket's count, which wraps, read between two moments.
  void on_count(std::uint32_t count, Instant before, Instant after);

  /// Everything that had arrived was read.
  void on_emptied();

  /// Whether datagrams are missing, or may be, among those that were read since the last call. What
  /// was in the socket when the count rose was there before those that are missing.
  bool take_gap();

  /// What is due: how many were dropped, not before the count was last seen without them and not
  /// after it was seen with them.
  std::optional<Loss> take(Instant now);

  /// What is left, due or not: the end of a run.
  std::optional<Loss> flush();

 private:
  std::uint32_t count_ = 0;
  UtcTime looked_;  ///< When it was last read.
  Loss untold_;
  GrowingWindow window_{std::chrono::seconds(1), std::chrono::seconds(60)};
  bool gap_is_open_ = false;  ///< Not all is read that was there when the count rose.
  bool gap_is_passed_ = false;
};

}  // namespace wgaudit
