#pragma once

#include <filesystem>

#include "shell/system/wiped_buffer.hpp"

namespace wgaudit {

/// The whole of a file; throws SetupError with `exit_code` where it cannot be read. It is kept in a
/// buffer that is wiped, because some files hold keys, and some others are named by mistake.
WipedBuffer read_text_file(const std::filesystem::path& file, int exit_code);

}  // namespace wgaudit
