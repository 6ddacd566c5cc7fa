#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wgaudit/base/sha256.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/integrity/chain_check.hpp"
#include "wgaudit/integrity/fault.hpp"
#include "wgaudit/integrity/number_check.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Losses of one reason.
struct LossSum {
  std::uint64_t records = 0;
  std::uint64_t count = 0;  ///< Sum of the counts that are known; saturates.

  friend bool operator==(const LossSum&, const LossSum&) = default;
};

/// Figures of a UTC day: how complete the evidence is, and what was lost.
struct DayFigures {
  HandshakeCounts handshakes;
  std::map<std::string, LossSum> losses;  ///< By reason.
};

struct JournalReport {
  std::vector<Fault> faults;  ///< Journal before events, each in the order of its lines.
  std::map<std::chrono::sys_days, DayFigures> days;
  std::uint64_t records = 0;
  std::uint64_t first_sequence = 0;         ///< First number of the journal.
  std::uint64_t last_sequence = 0;          ///< Last number of the journal.
  std::optional<std::uint64_t> deleted_by;  ///< The record of the deletion of all before.
  std::size_t held_before = 0;              ///< Lines kept elsewhere that are older.
  std::optional<SealedPart> sealed;
  std::optional<std::uint64_t> first_unsealed_event;  ///< In a journal that is sealed.
  std::optional<SealKey> first_key;                   ///< Key of the first seal.
};

/// Checks what lies on the disk, in one pass over the segments of both streams, the events first:
/// - each line is a record of its stream, and the first has the number that its segment is named
/// by;
/// - the records' numbers (NumberCheck), the journal's chain and seals (ChainCheck);
/// - the time of recording does not run backwards by least_clock_step or more, except where the
/// clock
///   was set (clock_stepped) or a new run began with an earlier clock.
class JournalCheck {
 public:
  /// `key` is that of ChainCheck.
  explicit JournalCheck(std::optional<SealKey> key = {}) : chain_(key) {}

  /// Takes what was kept elsewhere, before the segments.
  void hold(const HeldLink& held) { chain_.hold(held); }

  /// Takes the next line that was kept of deleted segments, before the segments.
  void on_kept_line(std::string_view line);

  /// Begins a segment; those of a stream come in their order.
  void begin_segment(Stream stream, std::string name, std::uint64_t first_sequence);

  /// Takes the next line of the segment, without line end.
  void on_line(std::string_view line);

  /// Takes a line without line end, with which the segment ends.
  void on_unfinished_line();

  void end_segment();

  /// The segment of the events was written to while it was read.
  void forget_events_segment(std::uint64_t first_sequence) {
    chain_.forget_events_segment(first_sequence);
  }

  JournalReport finish();

 private:
  struct Setback {
    Fault fault;
    UtcTime before;
    UtcTime after;
  };

  void on_record(const Record& record);
  void check_time(const Record& record);
  void sum_up(const Record& record);
  void add_loss(const Record& record, const Loss& loss);
  void judge_setbacks();
  void add(FaultKind kind, std::string what) {
    report_.faults.push_back(fault_at(here_, kind, std::move(what)));
  }

  Fault here_;  ///< Place of the line that is being checked.
  std::uint64_t kept_lines_ = 0;
  std::array<std::uint64_t, stream_count> positions_{};
  std::uint64_t segment_first_ = 0;
  Fault segment_begin_;
  Sha256 digest_;  ///< Digest of the lines of an events segment.
  bool is_first_record_ = false;

  std::optional<UtcTime> begin_;  ///< Begin of a journal whose first records are gone.
  NumberCheck numbers_;
  ChainCheck chain_;
  std::array<std::optional<UtcTime>, stream_count> created_;
  std::vector<Fault> doubts_;  ///< Faults unless the numbers show greater ones.
  std::vector<Setback> setbacks_;
  std::vector<UtcTime> steps_;  ///< Times of clock_stepped records.
  std::vector<UtcTime>
      earlier_starts_;  ///< Starts of runs with an earlier clock than the run before.
  JournalReport report_;
};

/// Returns lines about a journal whose beginning is gone; none where it is there.
std::vector<std::string> lines_for_beginning(const JournalReport& report);

/// Returns lines about a day.
std::vector<std::string> lines_for(std::chrono::sys_days day, const DayFigures& figures);

}  // namespace wgaudit
