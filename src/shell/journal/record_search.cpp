#include "shell/journal/record_search.hpp"

#include <utility>

#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

/// First sequence number of the segment that a search begins with; 0: of the oldest.
std::uint64_t first_of(const std::filesystem::path& folder, Stream stream,
                       RecordSearch::Begin begin) {
  const auto segments = list_stored_segments(folder, stream);
  const bool is_last = begin == RecordSearch::Begin::last && !segments.empty();
  return is_last ? segments.back().first_sequence : 0;
}

}  // namespace

RecordSearch::RecordSearch(const std::filesystem::path& folder, Stream stream, RecordFilter filter,
                           Begin begin, OnRead on_read)
    : stream_(stream),
      filter_(std::move(filter)),
      lines_(folder, stream, SegmentLines::Which::stored, first_of(folder, stream, begin),
             std::move(on_read)),
      sieve_(filter_) {}

const Record* RecordSearch::peek() {
  while (found_ == nullptr) {
    line_ = sieve_.next();
    if (!line_.empty()) {
      found_ = judge(line_);
    } else if (!read_block()) {
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

/// Gives the sieve more lines; returns false where there are none yet.
bool RecordSearch::read_block() {
  const std::string_view block = lines_.next_block();
  sieve_.search(block);
  return !block.empty();
}

}  // namespace wgaudit
