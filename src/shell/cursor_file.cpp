#include "shell/cursor_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

constexpr int exit_io = 74;
constexpr std::size_t longest = 128;

}  // namespace

void CursorFile::open(const std::filesystem::path& path) {
  path_ = path;
  file_ = open_file(path_, O_RDWR | O_CREAT);
  if (file_.is_open()) return;
  throw SetupError(fmt::format("{}: {}", path_.string(), error_text(errno)), exit_io);
}

std::string CursorFile::read() const {
  std::string text(longest, '\0');
  const ssize_t size = ::pread(file_.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

void CursorFile::store(std::string_view text) {
  if (is_removed(file_)) {
    FileDescriptor anew = open_file(path_, O_RDWR | O_CREAT);
    if (anew.is_open()) file_ = std::move(anew);
  }
  [[maybe_unused]] const auto written = ::pwrite(file_.get(), text.data(), text.size(), 0);
}

}  // namespace wgaudit
