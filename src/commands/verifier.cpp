#include "commands/verifier.hpp"

#include <fmt/format.h>
#include <cerrno>
#include <fstream>
#include <memory>
#include <vector>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/file_descriptor.hpp"
#include "shell/system/io_error.hpp"
#include "wgaudit/integrity/journal_check.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

constexpr int max_readings = 3;

/// Opens a segment, also where it is compressed meanwhile. Null, with errno set, where it cannot be
/// read.
std::unique_ptr<std::istream> open_stored(const Segment& segment, Stream stream) {
  auto file = open_segment(segment.path);
  if (file || errno != ENOENT) return file;
  for (const Segment& now : list_stored_segments(segment.path.parent_path(), stream)) {
    if (now.first_sequence == segment.first_sequence) return open_segment(now.path);
  }
  errno = ENOENT;
  return nullptr;
}

/// The last segment may end within a line: it is being written, or the next start cuts it. False
/// where there is none any more: a daemon that runs deletes old events.
bool check_segment(const Segment& segment, Stream stream, bool is_last, const OnRead& on_read,
                   JournalCheck& check) {
  const auto file = open_stored(segment, stream);
  if (!file && errno == ENOENT) return false;
  if (!file) throw io_error(segment.path, fmt::format("cannot be read: {}", error_text(errno)));
  check.begin_segment(stream, segment.path.filename().string(), segment.first_sequence);
  for (std::string line; std::getline(*file, line);) {
    on_read(line.size() + 1);
    if (!file->eof()) {
      check.on_line(line);
    } else if (!is_last) {
      check.on_unfinished_line();
    }
  }
  if (file->bad()) throw io_error(segment.path, "cannot be read to its end");
  check.end_segment();
  return true;
}

std::size_t check_stream(const std::vector<Segment>& segments, Stream stream, const OnRead& on_read,
                         JournalCheck& check) {
  std::size_t there = 0;
  for (const Segment& segment : segments) {
    const bool is_last = segment.path == segments.back().path;
    if (check_segment(segment, stream, is_last, on_read, check)) ++there;
  }
  return there;
}

/// Reads the kept seals of segments that are gone. A crash may have left a segment whose seals are
/// kept already, and half a line or zeros after them.
void read_kept_lines(const std::filesystem::path& path, std::uint64_t first_sequence,
                     JournalCheck& check) {
  std::error_code ignored;  // where there is nothing, too
  if (std::filesystem::is_other(path, ignored)) throw io_error(path, "is no file");
  std::ifstream file(path);
  if (!file && errno == ENOENT) return;
  if (!file) throw io_error(path, fmt::format("cannot be read: {}", error_text(errno)));
  for (std::string line; std::getline(file, line);) {
    if (file.eof() || line.find('\0') != std::string::npos) return;
    if (sequence_of(line).value_or(0) < first_sequence) check.on_kept_line(line);
  }
  if (file.bad()) throw io_error(path, "cannot be read to its end");
}

/// Returns how many segments there are; nothing where one of the journal's was deleted meanwhile.
/// Events are read first, so that the journal has the records of all events deleted by then.
std::optional<std::size_t> check_segments(const std::filesystem::path& journal,
                                          const OnRead& on_read, JournalCheck& check) {
  const auto events = require_segments(journal, Stream::events);
  const std::size_t there = check_stream(events, Stream::events, on_read, check);
  const auto segments = require_segments(journal, Stream::journal);
  if (!segments.empty()) {
    read_kept_lines(seals_path(journal), segments.front().first_sequence, check);
  }
  const std::size_t of_journal = check_stream(segments, Stream::journal, on_read, check);
  if (of_journal != segments.size()) return std::nullopt;
  // A daemon that runs may have closed and sealed more since they were read.
  const std::uint64_t last = events.empty() ? 0 : events.back().first_sequence;
  const auto now = require_segments(journal, Stream::events);
  for (const Segment& segment : now) {
    const bool was_open = segment.first_sequence == last && now.back().first_sequence != last;
    if (was_open || segment.first_sequence > last) {
      check.forget_events_segment(segment.first_sequence);
    }
  }
  return there + of_journal;
}

/// The file is read once only, because it may be a pipe.
std::vector<HeldLink> read_held_links(const std::filesystem::path& path) {
  std::vector<HeldLink> links;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto held = parse_held_link(line);
    if (!held) {
      throw io_error(path,
                     "has a line that is neither a journal's nor what the daemon says of a seal");
    }
    links.push_back(*held);
  }
  if (!file.eof()) throw io_error(path, fmt::format("cannot be read: {}", error_text(errno)));
  return links;
}

struct Reading {
  JournalReport report;
  std::size_t segments;
};

/// Begins again where a running daemon deletes the oldest segment of the journal meanwhile.
Reading read_all(const std::filesystem::path& journal, const VerifyOptions& options,
                 const OnRead& on_read) {
  std::vector<HeldLink> held;
  if (!options.held.empty()) held = read_held_links(options.held);
  for (int i = 0; i < max_readings; ++i) {
    JournalCheck check(options.key);
    for (const HeldLink& link : held) check.hold(link);
    const auto segments = check_segments(journal, on_read, check);
    if (segments) return {check.finish(), *segments};
  }
  throw io_error(journal, "segments of the journal vanish while they are read");
}

}  // namespace

bool verify(const std::filesystem::path& journal, const VerifyOptions& options,
            const std::function<void(const std::string&)>& print, const OnRead& on_read) {
  const auto [report, segments] = read_all(journal, options, on_read);
  if (segments == 0) throw io_error(journal, "there is no journal; name its folder with --journal");
  for (const Fault& fault : report.faults) print(message_for(fault));
  for (const auto& [day, figures] : report.days) {
    for (const std::string& line : lines_for(day, figures)) print(line);
  }
  for (const std::string& line : lines_for_beginning(report)) print(line);
  if (report.sealed) print(message_for(*report.sealed, report.last_sequence));
  if (const auto first = report.first_unsealed_event) print(message_for_unsealed_events(*first));
  if (!options.key && report.first_key) print(message_for_first(*report.first_key));
  const bool is_intact = report.faults.empty();
  print(fmt::format("{} records in {} segments: {}", report.records, segments,
                    is_intact ? "intact" : fmt::format("faults: {}", report.faults.size())));
  return is_intact;
}

}  // namespace wgaudit
