#include "shell/journal/segment_lines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace wgaudit {
namespace {

constexpr std::size_t plain_block = 64U << 10U;

// Fits the second-level cache, in which a search then looks for the texts of its filter.
constexpr std::size_t stored_block = 256U << 10U;

}  // namespace

SegmentLines::SegmentLines(std::filesystem::path folder, Stream stream, Which which,
                           std::uint64_t from, OnRead on_read)
    : folder_(std::move(folder)),
      stream_(stream),
      which_(which),
      from_(from),
      on_read_(std::move(on_read)) {}

std::string_view SegmentLines::next_block() {
  if (!fill() && !open_next_segment()) return {};
  return std::string_view(buffer_).substr(0, used_);
}

/// Reads whole lines of the open segment to the beginning of the buffer; false where there are
/// none.
bool SegmentLines::fill() {
  std::memmove(buffer_.data(), buffer_.data() + used_, filled_ - used_);
  filled_ -= std::exchange(used_, 0);
  while (used_ == 0) {
    const std::size_t got = read_block();
    if (got == 0) return false;
    const auto end = std::string_view(buffer_).substr(filled_, got).rfind('\n');
    if (end != std::string_view::npos) used_ = filled_ + end + 1;
    filled_ += got;
  }
  return true;
}

/// Adds what there is, a block at most, and returns its size.
std::size_t SegmentLines::read_block() {
  if (!file_.is_open() && !text_) return 0;
  const std::size_t size = which_ == Which::plain ? plain_block : stored_block;
  if (buffer_.size() < filled_ + size) buffer_.resize(filled_ + size);
  char* const to = buffer_.data() + filled_;
  const std::size_t got = text_ ? read_compressed(to, size) : read_plain(to, size);
  if (on_read_) on_read_(got);
  return got;
}

std::size_t SegmentLines::read_plain(char* to, std::size_t size) {
  const ssize_t got = ::pread(file_.get(), to, size, static_cast<off_t>(offset_));
  is_damaged_ = got < 0;
  if (got <= 0) return 0;
  offset_ += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

std::size_t SegmentLines::read_compressed(char* to, std::size_t size) {
  text_->read(to, static_cast<std::streamsize>(size));
  const auto got = static_cast<std::size_t>(text_->gcount());
  is_damaged_ = text_->bad();
  if (!*text_) text_.reset();
  return got;
}

/// Goes on to the next segment that has lines, or at first to the one that holds the record `from`.
bool SegmentLines::open_next_segment() {
  const auto segments = which_ == Which::plain ? list_segments(folder_, stream_)
                                               : list_stored_segments(folder_, stream_);
  const std::uint64_t last = segment_first_ != 0 ? segment_first_ : from_;
  auto next = std::find_if(segments.begin(), segments.end(),
                           [&](const Segment& segment) { return segment.first_sequence > last; });
  const bool is_first = segment_first_ == 0 && next != segments.begin();
  if (is_first && std::prev(next)->first_sequence != 0) --next;  // no record has the number 0
  for (; next != segments.end(); ++next) {
    // The writer may have added to the open segment after the last look at it and before it made
    // the next one. It never adds to it again.
    if (fill()) return true;
    if (!open(*next)) return false;
    if (next == segments.begin()) oldest_opened_ = segment_first_;
    if (fill()) return true;
  }
  return false;
}

/// Returns false where the segment is to be waited for.
bool SegmentLines::open(const Segment& segment) {
  const bool is_plain = segment.path.extension() == ".jsonl";
  FileDescriptor file;
  if (is_plain) file = open_file(segment.path, O_RDONLY);
  if (!file.is_open() && which_ == Which::plain) return false;
  file_ = std::move(file);
  text_ = is_plain ? nullptr : open_segment(segment.path);
  segment_first_ = segment.first_sequence;
  damaged_before_ += std::exchange(is_damaged_, false) ? 1U : 0U;
  offset_ = filled_ = used_ = 0;
  return true;
}

}  // namespace wgaudit
