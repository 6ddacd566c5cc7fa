#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shell/file.hpp"

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

}  // namespace wgaudit
