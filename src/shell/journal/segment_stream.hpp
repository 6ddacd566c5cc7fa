#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <memory>
#include <string>

namespace wgaudit {

/// Called with the number of bytes that were read since the last call.
using OnRead = std::function<void(std::size_t)>;

/// The text of a segment, compressed or not, by its name. Null, with errno set, where it cannot be
/// opened. A file that is no such archive, or a damaged one, makes the stream bad.
std::unique_ptr<std::istream> open_segment(const std::filesystem::path& path);

/// The last line of a segment; empty where there is none.
std::string last_line(const std::filesystem::path& path);

}  // namespace wgaudit
