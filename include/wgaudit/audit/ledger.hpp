#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/audit/counters.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/base/wall_clock.hpp"
#include "wgaudit/record/peer_names.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Makes the journal's records: gives them their numbers and times, counts them, and notices a wall
/// clock that was set. Owned by the auditor. What a record says is for its caller to fill in.
class Ledger {
 public:
  Ledger(std::string boot_id, PeerNames names);

  /// Takes the next record of an earlier run's journal.
  void restore(const Record& record);

  /// Takes number and time of the last record of a stream, which the next one follows on.
  void continue_from(Stream stream, std::uint64_t last_sequence, std::optional<UtcTime> created);

  /// Returns the step, if the wall clock was set since the last look.
  std::optional<ClockStep> look_at_clock(Instant now) { return wall_clock_.on_time(now); }

  /// Records a step of the wall clock, if there was one.
  void watch_clock(Instant now, Records& records);
  void record_step(const ClockStep& step, Instant now, Records& records);
  void record_step(std::string_view reason, const ClockStep& step, Instant now, Records& records);

  /// Adds the journal's next record. What was recorded by another setting of the wall clock stands
  /// before the record of the step.
  Record& add(Action action, UtcTime when, Instant now, Records& records);

  /// Adds the record of a loss.
  void add_loss(LossReason reason, Loss loss, Instant now, Records& records);

  /// Adds the records of losses, each dated to its end.
  void add_losses(const std::vector<NamedLoss>& losses, Instant now, Records& records);

  /// Returns a record that has no number yet.
  Record draft(Action action, UtcTime when, Instant now) const;

  /// Numbers a draft as the journal's next record.
  void number(Record& record);

  std::uint64_t number_event() { return ++events_sequence_; }

  /// Skips numbers that lost events may have had, and records that.
  void skip_lost_events(Instant now, Records& records);

  /// The time of the last record that an earlier run made.
  std::optional<UtcTime> last_recorded() const;

  std::uint64_t last_sequence(Stream stream) const {
    return stream == Stream::journal ? journal_sequence_ : events_sequence_;
  }
  const WallClock& wall_clock() const { return wall_clock_; }
  const PeerNames& names() const { return names_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }

 private:
  std::string boot_id_;  ///< Boot of this machine now; empty: records have no uptime.
  PeerNames names_;
  WallClock wall_clock_;
  Counters counters_;
  std::uint64_t journal_sequence_ = 0;
  std::uint64_t events_sequence_ = 0;
  std::uint64_t last_event_found_ = 0;  ///< Number of the last event on the disk at the start.
  /// By the run before, in each stream.
  std::array<std::optional<UtcTime>, stream_count> last_recorded_;
};

}  // namespace wgaudit
