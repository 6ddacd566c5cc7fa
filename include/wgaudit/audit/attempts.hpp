#pragma once

#include <cstdint>
#include <vector>

#include "wgaudit/audit/attempt_log.hpp"
#include "wgaudit/audit/handshake_watch.hpp"

namespace wgaudit {

/// Attempts to connect that failed, from both witnesses: a line alone shows some causes,
/// others are a handshake that lines announce and no dump shows.
class Attempts {
 public:
  void on_line(const HeardLine& line);

  void on_dump(const Dump& dump, Instant started, Instant finished, const WallClock& wall_clock);

  /// Returns what is due to be recorded.
  std::vector<Attempt> take(Instant now) { return log_.take(now); }

  /// Returns all that has not been recorded: the end of a run.
  std::vector<Attempt> flush() { return log_.flush(); }

  /// Returns how many handshakes were not followed for want of room, since the last call.
  std::uint64_t take_overlooked() { return watch_.take_overlooked(); }

 private:
  HandshakeWatch watch_;
  AttemptLog log_;
};

}  // namespace wgaudit
