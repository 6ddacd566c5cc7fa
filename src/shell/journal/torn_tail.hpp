#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// The head of a segment that a crash has left whole: lines that are records, their numbers
/// ascending. Behind it can be a line cut short, and after a power loss anything: parts of the file
/// that were never written read as zeros, also in front of lines that were.
struct WholePart {
  std::uint64_t bytes = 0;
  std::uint64_t last_sequence = 0;  ///< 0: there is no record.
  std::string last_line;            ///< Without its end.
};

WholePart read_whole_part(const FileDescriptor& file);

/// What the file has behind its whole part, to be cut off; nothing, with errno set, where it cannot
/// be read.
std::optional<std::string> read_behind(const FileDescriptor& file, const WholePart& whole);

/// Where what is cut off at `offset` of the file is kept; empty where it is only the beginning of a
/// line, or zeros.
std::filesystem::path path_for_torn(std::string_view torn, const std::filesystem::path& file,
                                    std::uint64_t offset);

/// Puts it there, if anywhere, and on the disk; false, with errno set, where that fails.
bool set_aside(std::string_view torn, const std::filesystem::path& file, std::uint64_t offset);

}  // namespace wgaudit
