#include "shell/system/file_descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace wgaudit {

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

int FileDescriptor::release() {
  return std::exchange(fd_, -1);
}

FileDescriptor open_file(const std::filesystem::path& path, int flags, unsigned mode) {
  return FileDescriptor(::open(path.c_str(), flags | O_CLOEXEC, mode));
}

bool write_at(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = EIO;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

bool write_whole(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset) {
  if (write_at(file, bytes, offset)) return true;
  const int error = errno;
  if (::ftruncate(file.get(), static_cast<off_t>(offset)) != 0) {
    // The next try writes over the same place, so nothing half-written can stay after it.
  }
  errno = error;
  return false;
}

bool is_removed(const FileDescriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 && status.st_nlink == 0;
}

bool is_at(const FileDescriptor& file, const std::filesystem::path& path) {
  struct stat named {};
  struct stat open {};
  if (::stat(path.c_str(), &named) != 0) return errno != ENOENT && errno != ENOTDIR;
  return ::fstat(file.get(), &open) != 0 ||
         (named.st_ino == open.st_ino && named.st_dev == open.st_dev);
}

void sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor open = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (open.is_open()) ::fsync(open.get());
}

std::string error_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace wgaudit
