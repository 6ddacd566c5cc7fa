#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/identity/identity.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Counts the handshakes that dumps prove, and those among them that a line reported. The
/// difference measures what the way from the kernel to here loses, wherever it does.
///
/// A dump proves a handshake where it shows another latest-handshake than the dump before, and so
/// one for each peer and dump at most: of two between two dumps only the later. The kernel prints
/// `response sent` (or `received`) and `keypair created` for each. Any of them is enough, if it is
/// of an id that is proven to be this peer's; of an id that is not proven, an equal endpoint is.
///
/// A handshake is judged when the log has come past the dump that showed it, as the stamps say, or
/// when that takes too long: a slow syslog daemon is no loss.
class Completeness {
 public:
  explicit Completeness(UtcTime start) : since_(start) {}

  void on_line(const HeardLine& line);

  /// Takes what a dump showed that was started at `started`; `wall_clock` places what it says.
  void on_dump(const std::vector<ShownHandshake>& handshakes, Instant started,
               const WallClock& wall_clock);

  /// How many places are remembered; bounded.
  std::size_t size() const { return keys_ + endpoints_; }

  /// Judges the handshakes that dumps showed before `drained` (as Instant::awake), up to which all
  /// lines have come, and those that have waited too long. Returns the losses: handshakes without a
  /// line.
  std::vector<Loss> judge(SteadyTime drained, Instant now);

  /// The end of a run: judges those that have waited for as long as a line may take. The
  /// others are not judged.
  std::vector<Loss> judge_last(Instant now);

  /// The counts since this was asked last, those of each day on their own; none without handshake.
  std::vector<CompletenessFacts> take(UtcTime now);

  /// Counts that an earlier run recorded.
  void restore(const CompletenessFacts& facts);

  /// The counts of a day so far; of the last two days only.
  HandshakeCounts of_day(std::chrono::sys_days day) const;

 private:
  using Times = std::vector<SteadyTime>;

  struct Lines {
    std::unordered_map<PublicKey, Times> of_key;
    std::unordered_map<Endpoint, Times> at_endpoint;  ///< Lines of ids that were not proven.
  };

  struct Waiting {
    ShownHandshake handshake;
    SteadyTime when;   ///< Time of the handshake.
    SteadyTime shown;  ///< By the dump; as Instant::awake, like what is drained.
  };

  bool is_printed(const Waiting& waiting) const;
  void count(const Waiting& waiting, std::vector<Loss>& unprinted);
  void forget_lines(SteadyTime started);

  std::unordered_map<InterfaceName, Lines> lines_;
  std::size_t keys_ = 0;         ///< Keys of all interfaces, whose names can be forged.
  std::size_t endpoints_ = 0;    ///< Endpoints of all interfaces.
  std::deque<Waiting> waiting_;  ///< In the order of their dumps.
  std::map<std::chrono::sys_days, HandshakeCounts> unreported_;
  std::map<std::chrono::sys_days, HandshakeCounts> days_;
  UtcTime since_;
};

}  // namespace wgaudit
