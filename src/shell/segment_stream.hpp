#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <string>

namespace wgaudit {

/// The text of a segment, compressed or not, by its name. Null, with errno set, where it cannot be
/// opened. A file that is no such archive, or a damaged one, makes the stream bad.
std::unique_ptr<std::istream> open_segment(const std::filesystem::path& path);

/// The last line of a segment; empty where there is none.
std::string last_line(const std::filesystem::path& path);

}  // namespace wgaudit
