#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "shell/journal/journal_reader.hpp"
#include "shell/journal/segments.hpp"
#include "shell/readers/cursor_file.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// The way in which every consumer reads the journal: each record once, in order, from where the
/// last run stopped, and nothing that is not on the disk. It keeps its place in a cursor file, and
/// reports records whose segments were deleted before it read them.
///
/// A consumer owns one and uses it on one thread. It touches the segments, which it only reads, and
/// the cursor file. An example:
///
///     tail.open(first_sequence_of_this_run);
///     tail.read_to(last_synced, taker);
///     tail.store();
class Tail {
 public:
  struct Options {
    std::filesystem::path journal;           ///< Folder of the journal.
    std::filesystem::path cursor;            ///< File that keeps the place.
    std::optional<InterfaceName> interface;  ///< Interface that alone is wanted, if one is.
  };

  /// A record as it is given to the consumer, for the time of the call.
  struct Entry {
    const Record& record;
    const std::string& line;  ///< The record's line in the journal, without line end.
    bool is_replay = false;   ///< The record is of an earlier run of the daemon.
  };

  /// Records that were deleted before they were read.
  struct Gap {
    SequenceRange records;
    UtcTime noticed;  ///< When the first record after them was created.
  };

  enum class Answer {
    done,      ///< The record need not be given again.
    started,   ///< The record is given again by the next run, unless `done` is called for it.
    not_taken  ///< Reading stops; the record is the first that is given next time.
  };

  /// What a consumer does with what it reads.
  struct Taker {
    std::function<Answer(const Entry&)> take;
    std::function<bool(const Gap&)> take_gap;  ///< False where the gap is to be given again.
  };

  /// Why reading stopped.
  enum class Stop { at_end, at_limit, not_taken };

  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  explicit Tail(Options options) : options_(std::move(options)) {}

  /// Takes up the cursor; where there is none, makes one with `note` that begins with
  /// `first_sequence`, the first record of this run. Throws SetupError (exit code 74).
  void open(std::uint64_t first_sequence, std::string_view note = {});

  /// Gives `taker` the records up to `synced`, the last one that is on the disk, with each gap just
  /// before the record after it. Reads `limit` records at most. Records of other interfaces are
  /// passed over; those of no interface are given. After `not_taken`, errno is as the taker left
  /// it.
  Stop read_to(std::uint64_t synced, const Taker& taker, std::size_t limit = no_limit);

  /// Ends a record that was started, in any order.
  void done(std::uint64_t sequence) { started_.erase(sequence); }

  /// Records that were started and are not done.
  std::size_t started() const { return started_.size(); }

  /// Number of the first record that is not done: the next run begins with it.
  std::uint64_t next_sequence() const;

  /// Stores the place and, after it, a note of the consumer's. What cannot be stored is not: the
  /// next run then begins further back.
  void store(std::string_view note = {});

  /// The consumer's note in the cursor that was stored last.
  std::string_view note() const;

  /// Goes back to the place that was stored last.
  void rewind();

 private:
  bool has_next(std::uint64_t synced);
  bool give(const Taker& taker);
  bool is_wanted(const Record& record) const;

  Options options_;
  CursorFile cursor_;
  std::optional<JournalReader> reader_;
  std::uint64_t first_sequence_ = 0;     ///< First record of this run of the daemon.
  std::uint64_t stored_sequence_ = 0;    ///< Place that was stored last.
  std::optional<Record> held_;           ///< Record that was read and is not taken.
  std::optional<SequenceRange> missed_;  ///< Gap before `held_` that is not taken.
  std::set<std::uint64_t> started_;      ///< Records that were started and are not done.
};

}  // namespace wgaudit
