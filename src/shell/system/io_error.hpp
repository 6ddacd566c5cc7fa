#pragma once

#include <sysexits.h>

#include <filesystem>
#include <string_view>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {

/// The error for a file, folder or socket that the set-up names: `PATH: reason`, in which the path
/// is printable.
SetupError io_error(const std::filesystem::path& path, std::string_view reason,
                    int exit_code = EX_IOERR);

/// The error for a file that cannot be read, because of the errno `error`.
SetupError unreadable_file(const std::filesystem::path& path, int error, int exit_code = EX_IOERR);

}  // namespace wgaudit
