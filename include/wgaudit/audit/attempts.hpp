#pragma once

#include <cstdint>
#include <vector>

#include "wgaudit/audit/attempt_log.hpp"
#include "wgaudit/audit/handshake_watch.hpp"

namespace wgaudit {

/// Attempts to connect that failed, from both witnesses: some causes are told by a line alone,
/// others by a handshake that lines announce and no dump shows.
class Attempts {
 public:
  void on_line(const HeardLine& line);

  void on_dump(const Dump& dump, Instant started, Instant finished, const WallClock& wall_clock);

  /// What is due to be recorded.
  std::vector<Attempt> take(Instant now) { return log_.take(now); }

  /// All that has not been recorded, for the end of a run.
  std::vector<Attempt> flush() { return log_.flush(); }

  /// How many handshakes were not followed for want of room, since this was asked last.
  std::uint64_t take_overlooked() { return watch_.take_overlooked(); }

 private:
  HandshakeWatch watch_;
  AttemptLog log_;
};

}  // namespace wgaudit
