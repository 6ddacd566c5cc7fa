#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/segments.hpp"
#include "wgaudit/record/event_decoder.hpp"
#include "wgaudit/record/line_sieve.hpp"

namespace wgaudit {

/// Finds the records of a stream that a filter wants, in the order of recording, across segments,
/// compressed ones too, and goes on with what the daemon appends.
class RecordSearch {
 public:
  /// Begins with the oldest segment, or with the last.
  enum class Begin : std::uint8_t { oldest, last };

  RecordSearch(std::filesystem::path folder, Stream stream, RecordFilter filter, Begin begin,
               OnRead on_read);

  /// The record that was found and not yet taken, valid until take(); null: there is none so far.
  const Record* peek();
  void take() { found_ = nullptr; }

  /// The line of that record, without line end.
  std::string_view line() const { return line_; }

  /// Whether it is known to be printable ASCII, as most events are.
  bool has_plain_line() const { return !parsed_ || found_ != &*parsed_; }

  /// Lines that were looked at and are no records, and segments that could not be read to their
  /// end.
  std::uint64_t unreadable_lines() const { return unreadable_lines_; }
  std::uint64_t damaged_segments() const { return damaged_segments_; }

 private:
  bool advance();
  bool fill();
  bool read_block();
  bool open_next_segment();
  const Record* judge(std::string_view line);

  std::filesystem::path folder_;
  Stream stream_;
  RecordFilter filter_;
  OnRead on_read_;
  LineSieve sieve_;
  EventDecoder decoder_;
  std::uint64_t unreadable_lines_ = 0;
  std::uint64_t damaged_segments_ = 0;

  std::uint64_t segment_first_ = 0;     ///< Of the open segment; 0: none is open.
  std::unique_ptr<std::istream> text_;  ///< Null where no more will come.
  bool is_compressed_ = false;
  std::string buffer_;
  std::size_t filled_ = 0;  ///< Of buffer_.
  std::size_t used_ = 0;    ///< Of that: whole lines, which sieve_ has.

  std::optional<Record> parsed_;
  std::string_view line_;
  const Record* found_ = nullptr;
};

}  // namespace wgaudit
