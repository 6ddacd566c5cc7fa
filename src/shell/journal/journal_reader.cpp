#include "shell/journal/journal_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t block_size = 64U << 10U;

}  // namespace

JournalReader::JournalReader(std::filesystem::path folder, Stream stream,
                             std::uint64_t next_sequence)
    : folder_(std::move(folder)), stream_(stream), next_sequence_(next_sequence) {}

std::optional<Record> JournalReader::next() {
  while (take_line() || advance()) {
    if (line_.empty()) continue;
    auto record = parse_record(line_);
    if (!record) {
      ++unreadable_lines_;
    } else if (record->sequence >= next_sequence_) {
      next_sequence_ = record->sequence + 1;
      return *std::move(record);
    }
  }
  return std::nullopt;
}

/// Reads on, in this segment or the next; returns false where there is nothing more yet.
bool JournalReader::advance() {
  line_.clear();
  return (file_.is_open() && fill()) || open_next_segment();
}

/// Opens the segment after the open one, or at first the one that holds the next record.
bool JournalReader::open_next_segment() {
  const auto segments = list_segments(folder_, stream_);
  const Segment* next = nullptr;
  for (const Segment& segment : segments) {
    if (segment.first_sequence <= segment_first_) continue;
    const bool holds_next = segment_first_ == 0 && segment.first_sequence <= next_sequence_;
    if (next == nullptr || holds_next) next = &segment;
  }
  if (next == nullptr) return false;
  // The writer may have added to the old segment after the last look at it and before it made the
  // next one. It never adds to it again.
  if (file_.is_open() && fill()) return true;
  FileDescriptor file = open_file(next->path, O_RDONLY);
  if (!file.is_open()) return false;
  file_ = std::move(file);
  segment_first_ = next->first_sequence;
  offset_ = 0;
  buffer_.clear();
  used_ = searched_ = 0;
  const bool is_oldest = next == &segments.front();
  if (is_oldest && segment_first_ > next_sequence_) missed_ = {next_sequence_, segment_first_ - 1};
  return true;
}

bool JournalReader::fill() {
  buffer_.erase(0, used_);
  searched_ -= used_;
  used_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + block_size);
  const ssize_t got =
      ::pread(file_.get(), buffer_.data() + kept, block_size, static_cast<off_t>(offset_));
  buffer_.resize(kept + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got > 0) offset_ += static_cast<std::uint64_t>(got);
  return got > 0;
}

bool JournalReader::take_line() {
  const auto end = buffer_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    return false;
  }
  line_.assign(buffer_, used_, end - used_);
  used_ = searched_ = end + 1;
  return true;
}

}  // namespace wgaudit
