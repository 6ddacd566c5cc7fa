#include "shell/journal/record_search.hpp"

#include <cstring>
#include <utility>

#include "shell/journal/segment_stream.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

// Fits the second-level cache, in which the texts of the filter are then looked for.
constexpr std::size_t search_block = 256U << 10U;

/// Before which segments are passed over.
std::uint64_t first_of(const std::filesystem::path& folder, Stream stream,
                       RecordSearch::Begin begin) {
  const auto segments = list_stored_segments(folder, stream);
  const bool is_last = begin == RecordSearch::Begin::last && !segments.empty();
  return is_last ? segments.back().first_sequence : 0;
}

}  // namespace

RecordSearch::RecordSearch(std::filesystem::path folder, Stream stream, RecordFilter filter,
                           Begin begin, OnRead on_read)
    : folder_(std::move(folder)),
      stream_(stream),
      filter_(std::move(filter)),
      on_read_(std::move(on_read)),
      sieve_(filter_) {
  const std::uint64_t first = first_of(folder_, stream_, begin);
  segment_first_ = first == 0 ? 0 : first - 1;
}

const Record* RecordSearch::peek() {
  while (found_ == nullptr) {
    line_ = sieve_.next();
    if (!line_.empty()) {
      found_ = judge(line_);
    } else if (!advance()) {
      return nullptr;
    }
  }
  return found_;
}

/// Null where the filter does not want it after all.
const Record* RecordSearch::judge(std::string_view line) {
  const Record* record = stream_ == Stream::events ? decoder_.read(line) : nullptr;
  if (record == nullptr) {
    auto parsed = parse_record(line);
    if (!parsed) {
      ++unreadable_lines_;
      return nullptr;
    }
    record = &parsed_.emplace(*std::move(parsed));
  }
  return filter_.matches(*record) ? record : nullptr;
}

/// Gives the sieve more whole lines, of this segment or the next; false where there are none yet.
bool RecordSearch::advance() {
  return fill() || open_next_segment();
}

bool RecordSearch::fill() {
  sieve_.search({});
  std::memmove(buffer_.data(), buffer_.data() + used_, filled_ - used_);
  filled_ -= std::exchange(used_, 0);
  while (used_ == 0) {
    const std::size_t kept = filled_;
    if (!read_block()) return false;
    const auto end = std::string_view(buffer_).substr(kept, filled_ - kept).rfind('\n');
    if (end != std::string_view::npos) used_ = kept + end + 1;
  }
  sieve_.search(std::string_view(buffer_).substr(0, used_));
  return true;
}

/// Adds what there is to buffer_, a block at most.
bool RecordSearch::read_block() {
  if (!text_) return false;
  if (buffer_.size() < filled_ + search_block) buffer_.resize(filled_ + search_block);
  text_->clear();  // more may have been appended since its end was met
  text_->read(buffer_.data() + filled_, search_block);
  const auto got = static_cast<std::size_t>(text_->gcount());
  filled_ += got;
  on_read_(got);
  if (text_->bad()) ++damaged_segments_;
  if (text_->bad() || (is_compressed_ && text_->eof())) text_.reset();
  return got != 0;
}

bool RecordSearch::open_next_segment() {
  for (const Segment& segment : list_stored_segments(folder_, stream_)) {
    if (segment.first_sequence <= segment_first_) continue;
    // The writer may have added to the old segment between the two looks; it never does again.
    if (fill()) return true;
    segment_first_ = segment.first_sequence;
    filled_ = 0;
    text_ = open_segment(segment.path);
    is_compressed_ = segment.path.extension() != ".jsonl";
    if (fill()) return true;
  }
  return false;
}

}  // namespace wgaudit
