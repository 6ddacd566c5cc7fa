#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "wgaudit/audit/record.hpp"

namespace wgaudit {

/// A stream lies on disk as segments, `journal-00000000000000000001.jsonl`, each named after the
/// sequence number of its first record.
struct Segment {
  std::filesystem::path path;
  std::uint64_t first_sequence = 0;
};

std::filesystem::path segment_path(const std::filesystem::path& folder, Stream stream,
                                   std::uint64_t first_sequence);

/// The segments of a stream, oldest first; none where the folder cannot be read. Other files in the
/// folder are passed over.
std::vector<Segment> list_segments(const std::filesystem::path& folder, Stream stream);

/// As list_segments, and those that somebody has compressed: `.jsonl.gz`, `.bz2`, `.xz` and `.zst`.
/// Where a segment is there both ways, the plain one.
std::vector<Segment> list_stored_segments(const std::filesystem::path& folder, Stream stream);

}  // namespace wgaudit
