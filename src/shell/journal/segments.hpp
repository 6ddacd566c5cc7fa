#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// A stream lies on disk as segments, `journal-00000000000000000001.jsonl`, each named after the
/// sequence number of its first record.
struct Segment {
  std::filesystem::path path;
  std::uint64_t first_sequence = 0;
};

/// Records from the first to the last number, both included.
struct SequenceRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::filesystem::path segment_path(const std::filesystem::path& folder, Stream stream,
                                   std::uint64_t first_sequence);

/// The segments of a stream, oldest first; none where the folder cannot be read. Other files in the
/// folder are passed over, and pipes, sockets and devices whatever their name.
std::vector<Segment> list_segments(const std::filesystem::path& folder, Stream stream);

/// As list_segments, and those that somebody has compressed: `.jsonl.gz`, `.bz2`, `.xz` and `.zst`.
/// Where a segment is there both ways, the plain one.
std::vector<Segment> list_stored_segments(const std::filesystem::path& folder, Stream stream);

/// As list_stored_segments, for those to whom none would mean that there never was one. Throws
/// SetupError (exit code 74) where the folder is there and cannot be read.
std::vector<Segment> require_segments(const std::filesystem::path& folder, Stream stream);

/// How long both streams are, in bytes; nothing where that cannot be told: of a compressed segment
/// it cannot.
std::optional<std::uint64_t> stored_bytes(const std::filesystem::path& folder);

/// Path of the file that keeps, of segments of the journal that were deleted, the lines that are
/// seals and the last line of each.
std::filesystem::path seals_path(const std::filesystem::path& folder);

}  // namespace wgaudit
