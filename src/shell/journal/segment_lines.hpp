#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// A reader of a stream's lines, in order and across segments, while the daemon appends to them. It
/// returns whole lines only, a block of them at a time, and knows nothing of what they say.
class SegmentLines {
 public:
  enum class Which : std::uint8_t {
    plain,   ///< Segments as the daemon writes them. One that cannot be opened is waited for.
    stored,  ///< Compressed segments as well. One that cannot be opened is passed over.
  };

  /// Begins with the segment that holds the record numbered `from`, or with the oldest.
  SegmentLines(std::filesystem::path folder, Stream stream, Which which, std::uint64_t from,
               OnRead on_read = {});

  /// The lines that come next, each with its end, all of one segment; empty where there are none
  /// yet. Valid until the next call.
  std::string_view next_block();

  /// First sequence number of the last segment that was the oldest when it was opened; 0: none.
  std::uint64_t oldest_opened() const { return oldest_opened_; }

  /// Number of segments that could not be read to their end.
  std::uint64_t damaged_segments() const { return damaged_before_ + (is_damaged_ ? 1U : 0U); }

 private:
  bool fill();
  std::size_t read_block();
  std::size_t read_plain(char* to, std::size_t size);
  std::size_t read_compressed(char* to, std::size_t size);
  bool open_next_segment();
  bool open(const Segment& segment);

  std::filesystem::path folder_;
  Stream stream_;
  Which which_;
  std::uint64_t from_;
  OnRead on_read_;
  std::uint64_t oldest_opened_ = 0;
  std::uint64_t damaged_before_ = 0;  ///< Number of damaged segments before the open one.

  std::uint64_t segment_first_ = 0;     ///< First sequence number of the open segment; 0: none.
  FileDescriptor file_;                 ///< The open segment, if it is plain.
  std::uint64_t offset_ = 0;            ///< Number of bytes of file_ that were read.
  std::unique_ptr<std::istream> text_;  ///< The open segment, if it is compressed; null at its end.
  bool is_damaged_ = false;
  std::string buffer_;
  std::size_t filled_ = 0;  ///< Bytes of buffer_ that were read.
  std::size_t used_ = 0;    ///< Bytes of buffer_ that next_block returned.
};

}  // namespace wgaudit
