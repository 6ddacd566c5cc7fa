#include "shell/journal/segments.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <tuple>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t digits = 20;  // of the largest 64-bit number
constexpr std::string_view suffix = ".jsonl";
constexpr std::array<std::string_view, 5> compressions = {"", ".gz", ".bz2", ".xz", ".zst"};

/// The number of the first record in the segment of this name; nothing where it is none's.
std::optional<std::uint64_t> first_of(std::string_view name, Stream stream) {
  if (!take_prefix(name, to_text(stream)) || !take_prefix(name, "-")) return std::nullopt;
  const auto first = parse_number<std::uint64_t>(name.substr(0, digits));
  name.remove_prefix(std::min(digits, name.size()));
  const bool is_segment =
      take_prefix(name, suffix) &&
      std::find(compressions.begin(), compressions.end(), name) != compressions.end();
  return is_segment && first && *first <= max_sequence ? first : std::nullopt;
}

/// Where the folder cannot be read to its end, none: some would look as if the others were gone.
std::vector<Segment> list(const std::filesystem::path& folder, Stream stream,
                          std::error_code& error) {
  std::vector<Segment> segments;
  // A range would throw where reading goes on to fail.
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto first = first_of(entry->path().filename().string(), stream);
    std::error_code ignored;  // what cannot be read is told when it is read
    // A pipe would keep whoever opens it waiting, and a device might never end.
    if (!first || std::filesystem::is_other(entry->status(ignored))) continue;
    segments.push_back({entry->path(), *first});
  }
  if (error) return {};
  std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) {
    return std::tie(a.first_sequence, a.path) < std::tie(b.first_sequence, b.path);
  });
  const auto is_same = [](const Segment& a, const Segment& b) {
    return a.first_sequence == b.first_sequence;
  };
  segments.erase(std::unique(segments.begin(), segments.end(), is_same), segments.end());
  return segments;
}

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& folder, Stream stream,
                                   std::uint64_t first_sequence) {
  return folder / fmt::format("{}-{:0{}}{}", to_text(stream), first_sequence, digits, suffix);
}

std::vector<Segment> list_segments(const std::filesystem::path& folder, Stream stream) {
  auto segments = list_stored_segments(folder, stream);
  std::erase_if(segments, [](const Segment& one) { return one.path.extension() != suffix; });
  return segments;
}

std::vector<Segment> list_stored_segments(const std::filesystem::path& folder, Stream stream) {
  std::error_code error;
  return list(folder, stream, error);
}

std::vector<Segment> require_segments(const std::filesystem::path& folder, Stream stream) {
  std::error_code error;
  auto segments = list(folder, stream, error);
  if (!error || error == std::errc::no_such_file_or_directory) return segments;
  throw SetupError(
      fmt::format("{}: cannot be read: {}", to_printable(folder.string()), error.message()),
      EX_IOERR);
}

std::optional<std::uint64_t> stored_bytes(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const Stream stream : {Stream::journal, Stream::events}) {
    for (const Segment& segment : list_stored_segments(folder, stream)) {
      std::error_code error;
      bytes += std::filesystem::file_size(segment.path, error);
      if (error || segment.path.extension() != suffix) return std::nullopt;
    }
  }
  return bytes;
}

std::filesystem::path seals_path(const std::filesystem::path& folder) {
  return folder / "seals.jsonl";
}

}  // namespace wgaudit
