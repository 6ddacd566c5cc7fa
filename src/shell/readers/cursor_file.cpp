#include "shell/readers/cursor_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t longest = 80;
constexpr std::size_t slot_size = 128;

std::string slot_of(std::uint64_t number, std::string_view text) {
  return fmt::format("{0:20} {1:{2}} {0:20}\n", number, text, longest);
}

}  // namespace

void CursorFile::open(const std::filesystem::path& path, std::string first) {
  path_ = path;
  file_ = open_file(path_, O_RDWR | O_CREAT);
  if (file_.is_open()) read();
  const bool is_ready =
      file_.is_open() &&
      (number_ != 0 || (write(std::move(first)) && ::fdatasync(file_.get()) == 0));
  if (!is_ready) {
    throw SetupError(fmt::format("{}: {}", path_.string(), error_text(errno)), EX_IOERR);
  }
}

/// Takes the later of the two texts, of those that are whole.
void CursorFile::read() {
  for (const off_t slot : {0, 1}) {
    std::string bytes(slot_size, '\0');
    const off_t offset = slot * static_cast<off_t>(slot_size);
    const ssize_t size = ::pread(file_.get(), bytes.data(), bytes.size(), offset);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    std::string_view rest = trim(bytes);
    const auto number = parse_number<std::uint64_t>(take_until(rest, ' '));
    const std::string_view text = trim(rest.substr(0, std::min(rest.size(), longest)));
    if (!number || *number <= number_ || !bytes.starts_with(slot_of(*number, text))) continue;
    number_ = *number;
    text_ = text;
  }
}

void CursorFile::store(std::string text) {
  if (text == text_) return;
  if (is_removed(file_)) {
    FileDescriptor anew = open_file(path_, O_RDWR | O_CREAT);
    if (anew.is_open()) file_ = std::move(anew);
  }
  write(std::move(text));
}

bool CursorFile::write(std::string text) {
  const std::string slot = slot_of(number_ + 1, text);
  const auto offset = static_cast<off_t>((number_ + 1) % 2 * slot_size);
  const ssize_t written = ::pwrite(file_.get(), slot.data(), slot.size(), offset);
  if (written != static_cast<ssize_t>(slot.size())) {
    if (written >= 0) errno = ENOSPC;
    return false;
  }
  ++number_;
  text_ = std::move(text);
  return true;
}

}  // namespace wgaudit
