#include "shell/segments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t digits = 20;  // of the largest 64-bit number
constexpr std::string_view suffix = ".jsonl";

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& folder, Stream stream,
                                   std::uint64_t first_sequence) {
  return folder / fmt::format("{}-{:0{}}{}", to_text(stream), first_sequence, digits, suffix);
}

std::vector<Segment> list_segments(const std::filesystem::path& folder, Stream stream) {
  std::vector<Segment> segments;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    std::string_view rest = name;
    if (!take_prefix(rest, to_text(stream)) || !take_prefix(rest, "-")) continue;
    if (rest.size() != digits + suffix.size() || rest.substr(digits) != suffix) continue;
    const auto first = parse_number<std::uint64_t>(rest.substr(0, digits));
    if (first && *first <= max_sequence) segments.push_back({entry.path(), *first});
  }
  std::sort(segments.begin(), segments.end(),
            [](const Segment& a, const Segment& b) { return a.first_sequence < b.first_sequence; });
  return segments;
}

}  // namespace wgaudit
