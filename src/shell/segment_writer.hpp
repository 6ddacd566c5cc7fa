#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "shell/file.hpp"
#include "wgaudit/audit/record.hpp"

namespace wgaudit {

/// Lines of one stream, encoded, on their way to its segments.
struct Batch {
  Stream stream = Stream::journal;
  std::uint64_t first_sequence = 0;
  std::uint64_t count = 0;
  bool begins_segment = false;
  bool sync = false;  ///< Transitions are on the disk before anybody hears of them.
  std::string lines;
};

/// What was found of a stream when it was opened.
struct StreamEnd {
  std::uint64_t last_sequence = 0;  ///< 0: there is none.
  std::optional<UtcTime> created;   ///< Of that record.
  std::uint64_t segment_bytes = 0;  ///< Of the last segment, after the cut.
  std::uint64_t torn_bytes = 0;     ///< Cut off: a line that a crash left unfinished.
};

/// Appends to the segments of one stream. Used by one thread at a time.
class SegmentWriter {
 public:
  SegmentWriter(std::filesystem::path folder, Stream stream);

  /// Finds the last whole record, cuts off what a crash left behind it, and opens the last segment.
  /// Throws SetupError (exit code 74) where the folder or a file cannot be used.
  StreamEnd open();

  /// Appends the batch whole or not at all; false, with errno set, where that failed.
  bool append(const Batch& batch);

  bool sync();

  const std::filesystem::path& path() const { return path_; }

 private:
  bool begin_segment(std::uint64_t first_sequence);
  void write_out();

  std::filesystem::path folder_;
  Stream stream_;
  std::filesystem::path path_;  ///< Of the open segment.
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t written_out_ = 0;  ///< Of these bytes the writing to the disk has begun.
};

}  // namespace wgaudit
