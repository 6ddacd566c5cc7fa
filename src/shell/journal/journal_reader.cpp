#include "shell/journal/journal_reader.hpp"

#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {

JournalReader::JournalReader(std::filesystem::path folder, Stream stream,
                             std::uint64_t next_sequence)
    : lines_(std::move(folder), stream, SegmentLines::Which::plain, next_sequence),
      next_sequence_(next_sequence) {}

std::optional<Record> JournalReader::next() {
  while (!block_.empty() || read_block()) {
    line_ = take_until(block_, '\n');
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

/// Returns false where there are no more lines yet.
bool JournalReader::read_block() {
  line_.clear();
  block_ = lines_.next_block();
  const std::uint64_t oldest = lines_.oldest_opened();
  const bool is_new = std::exchange(oldest_, oldest) != oldest;
  if (is_new && oldest > next_sequence_) missed_ = {next_sequence_, oldest - 1};
  return !block_.empty();
}

}  // namespace wgaudit
