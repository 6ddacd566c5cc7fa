#include "shell/journal/retention.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/torn_tail.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/integrity/seal.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

/// What is to be kept of the segment's lines; nothing where they cannot be read.
std::optional<std::string> lines_to_keep(const std::filesystem::path& segment,
                                         std::uint64_t last_kept) {
  const auto text = open_segment(segment);
  if (!text) return std::nullopt;
  std::string kept;
  std::string last;
  for (std::string line; std::getline(*text, line);) {
    if (sequence_of(line).value_or(0) <= last_kept) continue;
    if (seal_of(line)) kept += line + '\n';
    last = std::move(line);
  }
  if (text->bad()) {
    errno = EIO;
    return std::nullopt;
  }
  return !last.empty() && !seal_of(last) ? kept + last + '\n' : kept;
}

/// Appends what is to be kept of the segment, but for what is there already: a crash may have come
/// between that and the end of the segment, or left half a line.
bool keep_seals(const std::filesystem::path& segment, const std::filesystem::path& path) {
  const FileDescriptor file = open_file(path, O_RDWR | O_CREAT);
  if (!file.is_open()) return false;
  const WholePart whole = read_whole_part(file);
  const auto lines = lines_to_keep(segment, whole.last_sequence);
  if (!lines) return false;
  const auto end = static_cast<off_t>(whole.bytes);
  const auto torn = read_behind(file, whole);
  if (!torn || !set_aside(*torn, path, whole.bytes) || ::ftruncate(file.get(), end) != 0) {
    return false;
  }
  if (write_whole(file, *lines, whole.bytes) && ::fdatasync(file.get()) == 0) {
    sync_folder(path.parent_path());
    return true;
  }
  const int error = errno;
  // What a sync refused to put down it will not try again: it is to be written anew.
  static_cast<void>(::ftruncate(file.get(), end));
  errno = error;
  return false;
}

/// How many of the first of them have so many bytes.
std::size_t count_to_free(const std::vector<std::uint64_t>& sizes, std::uint64_t wanted) {
  std::size_t count = 0;
  for (std::uint64_t freed = 0; freed < wanted && count < sizes.size(); ++count) {
    freed += sizes[count];
  }
  return count;
}

}  // namespace

std::optional<SequenceRange> Retention::condemn(Stream stream, UtcTime now, std::uint64_t missing) {
  const bool is_journal = stream == Stream::journal;
  std::uint64_t& condemned = condemned_[static_cast<std::size_t>(stream)];
  std::vector<Segment> segments;
  std::vector<std::uint64_t> sizes;
  for (Segment& segment : list_stored_segments(journal_, stream)) {
    std::error_code error;
    const auto size = std::filesystem::file_size(segment.path, error);
    if (error) continue;
    if (segment.first_sequence <= condemned) {  // will go soon
      missing -= std::min(missing, size);
      continue;
    }
    segments.push_back(std::move(segment));
    sizes.push_back(size);
  }
  const std::uint64_t total = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  const std::uint64_t limit = is_journal ? limits_.journal_bytes : limits_.events_bytes;
  const std::uint64_t excess = limit != 0 && total > limit ? total - limit : 0;
  const std::size_t kept = is_journal ? 2 : 1;
  const std::size_t most = segments.size() - std::min(kept, segments.size());
  std::size_t end = std::min(most, count_to_free(sizes, std::max(excess, missing)));
  const bool may_go = is_journal && end == 0 && most != 0;
  if (may_go && is_too_old(segments.front(), now)) end = 1;
  if (end == 0) return std::nullopt;
  const SequenceRange records{segments[0].first_sequence, segments[end].first_sequence - 1};
  condemned = records.last;
  return records;
}

bool Retention::is_too_old(const Segment& segment, UtcTime now) const {
  if (limits_.journal_days.count() == 0) return false;
  const auto last = parse_record(last_line(segment.path));
  return last && last->created < now - limits_.journal_days;
}

bool Retention::remove(Stream stream, std::uint64_t last_sequence) const {
  const auto segments = list_stored_segments(journal_, stream);
  for (const Segment& segment : segments) {
    if (segment.first_sequence > last_sequence) break;
    const bool is_kept = stream == Stream::events || keep_seals(segment.path, seals_path(journal_));
    if (!is_kept) return false;  // nor may those behind it go before it
    std::error_code error;
    std::filesystem::remove(segment.path, error);
    errno = error.value();
    if (error) return false;
  }
  return !segments.empty();
}

}  // namespace wgaudit
