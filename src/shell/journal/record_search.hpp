#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "shell/journal/segment_lines.hpp"
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

  RecordSearch(const std::filesystem::path& folder, Stream stream, RecordFilter filter, Begin begin,
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
  std::uint64_t damaged_segments() const { return lines_.damaged_segments(); }

 private:
  bool read_block();
  const Record* judge(std::string_view line);

  Stream stream_;
  RecordFilter filter_;
  SegmentLines lines_;
  LineSieve sieve_;  ///< Looks through the lines that were read last.
  EventDecoder decoder_;
  std::uint64_t unreadable_lines_ = 0;

  std::optional<Record> parsed_;
  std::string_view line_;
  const Record* found_ = nullptr;
};

}  // namespace wgaudit
