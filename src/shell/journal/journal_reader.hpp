#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "shell/journal/segment_lines.hpp"
#include "shell/journal/segments.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// A reader of a stream's records in order, across segments, while the daemon appends to them. It
/// knows nothing of what is on the disk and what is not yet: Tail does.
class JournalReader {
 public:
  /// Begins with the record numbered `next_sequence`, or with the oldest that is still there.
  JournalReader(std::filesystem::path folder, Stream stream, std::uint64_t next_sequence);

  /// The next record, or nothing where there is none yet. A line that is no record is passed over
  /// and counted.
  std::optional<Record> next();

  /// The line that the last record was read from, without line end.
  const std::string& line() const { return line_; }

  /// Least sequence number that the next record can have.
  std::uint64_t position() const { return next_sequence_; }

  /// Records before the last one whose segments were deleted before they were read; once.
  std::optional<SequenceRange> take_missed() { return std::exchange(missed_, std::nullopt); }

  std::uint64_t unreadable_lines() const { return unreadable_lines_; }

 private:
  bool read_block();

  SegmentLines lines_;
  std::string_view block_;  ///< What is left of the lines that were read last.
  std::string line_;
  std::uint64_t next_sequence_;
  std::uint64_t oldest_ = 0;  ///< What lines_ has as oldest_opened, as far as it was looked at.
  std::optional<SequenceRange> missed_;
  std::uint64_t unreadable_lines_ = 0;
};

}  // namespace wgaudit
