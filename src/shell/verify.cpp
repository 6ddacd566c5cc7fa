#include "shell/verify.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <cerrno>
#include <fstream>

#include "shell/file.hpp"
#include "shell/segments.hpp"
#include "wgaudit/audit/journal_check.hpp"
#include "wgaudit/audit/record_json.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view why) {
  throw SetupError(fmt::format("{}: {}", to_printable(path.string()), why), EX_IOERR);
}

/// The last segment may end within a line: it is being written, or the next start cuts it. False
/// where there is none any more: a daemon that runs deletes old events.
bool check_segment(const Segment& segment, Stream stream, bool is_last, JournalCheck& check) {
  std::ifstream file(segment.path);
  if (!file && errno == ENOENT) return false;
  if (!file) fail(segment.path, fmt::format("cannot be read: {}", error_text(errno)));
  check.begin_segment(stream, segment.path.filename().string(), segment.first_sequence);
  for (std::string line; std::getline(file, line);) {
    if (!file.eof()) {
      check.on_line(line);
    } else if (!is_last) {
      check.on_unfinished_line();
    }
  }
  if (file.bad()) fail(segment.path, fmt::format("cannot be read: {}", error_text(errno)));
  return true;
}

std::size_t check_stream(const std::filesystem::path& journal, Stream stream, JournalCheck& check) {
  const auto segments = list_segments(journal, stream);
  std::size_t there = 0;
  for (const Segment& segment : segments) {
    const bool is_last = segment.path == segments.back().path;
    if (check_segment(segment, stream, is_last, check)) ++there;
  }
  return there;
}

void hold_lines(const std::filesystem::path& path, JournalCheck& check) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!sequence_of(line)) fail(path, "has a line that is no record of a journal");
    check.hold(line);
  }
  if (!file.eof()) fail(path, fmt::format("cannot be read: {}", error_text(errno)));
}

}  // namespace

bool verify(const std::filesystem::path& journal, const VerifyOptions& options,
            const std::function<void(const std::string&)>& print) {
  JournalCheck check(options.key);
  if (!options.held.empty()) hold_lines(options.held, check);
  // Events first: what is deleted of them before they are read, the journal tells by then.
  std::size_t segments = check_stream(journal, Stream::events, check);
  segments += check_stream(journal, Stream::journal, check);
  if (segments == 0) fail(journal, "there is no journal; name its folder with --journal");
  const JournalReport report = check.finish();
  for (const Fault& fault : report.faults) print(words_for(fault));
  for (const auto& [day, figures] : report.days) {
    for (const std::string& line : words_for(day, figures)) print(line);
  }
  if (report.sealed) print(words_for(*report.sealed, report.last_sequence));
  if (!options.key && report.first_key) print(words_for_first(*report.first_key));
  const bool is_intact = report.faults.empty();
  print(fmt::format("{} records in {} segments: {}", report.records, segments,
                    is_intact ? "intact" : fmt::format("faults: {}", report.faults.size())));
  return is_intact;
}

}  // namespace wgaudit
