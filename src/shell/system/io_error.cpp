#include "shell/system/io_error.hpp"

#include <fmt/format.h>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {

SetupError io_error(const std::filesystem::path& path, std::string_view reason, int exit_code) {
  return SetupError(fmt::format("{}: {}", to_printable(path.native()), reason), exit_code);
}

SetupError unreadable_file(const std::filesystem::path& path, int error, int exit_code) {
  return io_error(
      path,
      fmt::format("cannot be read: {}; name a file that this user may read", error_text(error)),
      exit_code);
}

}  // namespace wgaudit
