#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "shell/journal/segments.hpp"
#include "shell/system/file_descriptor.hpp"
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
  bool advance();
  bool open_next_segment();
  bool fill();
  bool take_line();

  std::filesystem::path folder_;
  Stream stream_;
  std::uint64_t next_sequence_;
  std::uint64_t segment_first_ = 0;  ///< First sequence of the open segment; 0: none is open.
  FileDescriptor file_;
  std::uint64_t offset_ = 0;  ///< Place in the file where buffer_ ends.
  std::string buffer_;
  std::size_t used_ = 0;      ///< Bytes of buffer_ that were returned as lines.
  std::size_t searched_ = 0;  ///< Place in buffer_ before which no line ends after used_.
  std::string line_;
  std::optional<SequenceRange> missed_;
  std::uint64_t unreadable_lines_ = 0;
};

}  // namespace wgaudit
