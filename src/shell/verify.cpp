#include "shell/verify.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "shell/file.hpp"
#include "shell/segments.hpp"
#include "wgaudit/audit/journal_check.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr int exit_io = 74;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view why) {
  throw SetupError(fmt::format("{}: {}", to_printable(path.string()), why), exit_io);
}

/// The last segment may end within a line: it is being written, or the next start cuts it.
void check_segment(const Segment& segment, bool is_last, JournalCheck& check) {
  std::ifstream file(segment.path);
  if (!file) fail(segment.path, fmt::format("cannot be read: {}", error_text(errno)));
  for (std::string line; std::getline(file, line);) {
    if (!file.eof()) {
      check.on_line(line);
    } else if (!is_last) {
      check.on_unfinished_line();
    }
  }
  if (file.bad()) fail(segment.path, fmt::format("cannot be read: {}", error_text(errno)));
}

std::size_t check_stream(const std::filesystem::path& journal, Stream stream, JournalCheck& check) {
  const auto segments = list_segments(journal, stream);
  for (const Segment& segment : segments) {
    check.begin_segment(stream, segment.path.filename().string(), segment.first_sequence);
    check_segment(segment, segment.path == segments.back().path, check);
  }
  return segments.size();
}

}  // namespace

bool verify(const std::filesystem::path& journal,
            const std::function<void(const std::string&)>& print) {
  JournalCheck check;
  // Events first: what is deleted of them before they are read, the journal tells by then.
  std::size_t segments = check_stream(journal, Stream::events, check);
  segments += check_stream(journal, Stream::journal, check);
  if (segments == 0) fail(journal, "there is no journal; name its folder with --journal");
  const JournalReport report = check.finish();
  for (const Fault& fault : report.faults) print(words_for(fault));
  for (const auto& [day, figures] : report.days) {
    for (const std::string& line : words_for(day, figures)) print(line);
  }
  const bool is_intact = report.faults.empty();
  print(fmt::format("{} records in {} segments: {}", report.records, segments,
                    is_intact ? "intact" : fmt::format("faults: {}", report.faults.size())));
  return is_intact;
}

}  // namespace wgaudit
