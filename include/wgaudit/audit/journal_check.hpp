#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/audit/chain.hpp"
#include "wgaudit/audit/record.hpp"
#include "wgaudit/audit/seal.hpp"
#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// Something about a journal that wgaudit did not write so.
struct Fault {
  Stream stream{};
  std::string segment;  ///< Name of the file.
  std::uint64_t line = 0;
  std::optional<std::uint64_t> sequence;  ///< Of the record, where the line is one.
  std::string what;

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// Losses of one reason.
struct LossSum {
  std::uint64_t records = 0;
  std::uint64_t count = 0;  ///< Of those that tell it; saturates.

  friend bool operator==(const LossSum&, const LossSum&) = default;
};

/// What a journal says of a UTC day: how complete the evidence is, and what was lost.
struct DayFigures {
  HandshakeCounts handshakes;
  std::map<std::string, LossSum> losses;  ///< By reason.
};

/// The last seal that holds: what is before it is as it was written, if it is the machine's.
struct SealedPart {
  std::uint64_t last_sequence = 0;  ///< Of the checkpoint that is sealed.
  UtcTime created;
  std::uint64_t epoch = 0;
};

struct JournalReport {
  std::vector<Fault> faults;  ///< Journal before events, each in the order of its lines.
  std::map<std::chrono::sys_days, DayFigures> days;
  std::uint64_t records = 0;
  std::uint64_t last_sequence = 0;  ///< Of the journal.
  std::optional<SealedPart> sealed;
  std::optional<SealKey> first_key;  ///< That the first seal was made with.
  std::uint64_t chained = 0;         ///< Of the journal's records, those that carry the right link.
};

/// Checks what lies on the disk, in one pass over the segments of both streams:
/// - each line is a record of its stream, and the first has the number that its segment is named
/// by;
/// - numbers begin at 1 and ascend by one, but where an evidence_lost record names those that are
///   not there;
/// - the time of recording does not run backwards by least_clock_step or more, but where the clock
///   was set (clock_stepped) or a new run began by an earlier one.
/// - the journal's lines are a chain, from the first one on that carries a link;
/// - each seal is of the lines before it, signed with the key that the seal before it names.
///
/// What excuses a fault may stand behind it or in the other stream, so they are told at the end.
class JournalCheck {
 public:
  /// `key`: that of the first epoch, from elsewhere. Without it, or where the segments that it
  /// sealed are gone, the first seal's key is taken at its word.
  explicit JournalCheck(std::optional<SealKey> key = {}) : key_(key) {}

  /// A line of the journal that was kept elsewhere: it must be there as it was. Before the
  /// segments.
  void hold(std::string line);

  /// The segments of a stream, in their order.
  void begin_segment(Stream stream, std::string name, std::uint64_t first_sequence);

  /// The next line of the segment, without line end.
  void on_line(std::string_view line);

  /// The segment ends within a line.
  void on_unfinished_line();

  JournalReport finish();

 private:
  struct Gap {
    Fault fault;
    MissingNumbers numbers;
  };

  struct Setback {
    Fault fault;
    UtcTime before;
    UtcTime after;
  };

  struct StreamState {
    std::uint64_t last = 0;
    std::optional<UtcTime> created;
  };

  void on_record(const Record& record);
  void check_link(std::string_view line);
  void check_seal(std::string_view line, const Record& record);
  void check_held(std::string_view line);
  void judge_held();
  void check_number(std::uint64_t sequence);
  void check_time(const Record& record);
  void sum_up(const Record& record);
  void judge_gaps();
  void judge_setbacks();
  Fault fault(std::string what) const;
  StreamState& state() { return states_[static_cast<std::size_t>(stream_)]; }

  Stream stream_{};
  std::string segment_;
  std::uint64_t segment_first_ = 0;
  std::uint64_t line_ = 0;
  std::optional<std::uint64_t> sequence_;  ///< Of the line's record.
  bool is_first_record_ = false;

  std::array<StreamState, 2> states_;
  std::optional<Hash> link_;  ///< Of the journal's last line.
  std::optional<SealKey> key_;
  std::optional<Seal> seal_;                   ///< The last.
  std::map<std::uint64_t, std::string> held_;  ///< By number, until they are met.
  std::vector<Gap> gaps_;
  std::vector<MissingNumbers> accounted_;
  std::vector<Setback> setbacks_;
  std::vector<UtcTime> steps_;           ///< Where clock_stepped was recorded.
  std::vector<UtcTime> earlier_starts_;  ///< Of runs by an earlier clock than the run before.
  JournalReport report_;
};

/// One line for people: `journal-…1.jsonl:57: record 58: …`.
std::string words_for(const Fault& fault);

/// The line for people about how far the journal, whose last record is `last_sequence`, is sealed.
std::string words_for(const SealedPart& sealed, std::uint64_t last_sequence);

/// The one that says that nobody vouches for the first key.
std::string words_for_first(const SealKey& key);

/// The lines for people about a day.
std::vector<std::string> words_for(std::chrono::sys_days day, const DayFigures& figures);

}  // namespace wgaudit
