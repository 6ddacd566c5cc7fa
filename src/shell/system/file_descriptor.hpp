#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace wgaudit {

/// An open file descriptor, closed with its owner.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void reset();

  /// Gives the descriptor to the caller, who closes it.
  int release();

 private:
  int fd_ = -1;
};

/// Opens with O_CLOEXEC; not open, with errno set, where that fails.
FileDescriptor open_file(const std::filesystem::path& path, int flags, unsigned mode = 0640);

/// Writes all of `bytes` at `offset`; false, with errno set, where the system takes less.
bool write_at(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset);

/// Writes all of `bytes` at `offset`, or, where the system takes less, cuts the file back to
/// `offset` and says false with errno set: a line is in the file whole or not at all.
bool write_whole(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset);

/// Whether the open file has no name left.
bool is_removed(const FileDescriptor& file);

/// Whether the path names the open file. A folder that cannot be looked at may be back soon: then
/// the answer is yes.
bool is_at(const FileDescriptor& file, const std::filesystem::path& path);

/// Has the names in a folder survive a power loss, if the file system can.
void sync_folder(const std::filesystem::path& folder);

/// `strerror` of an errno, for messages.
std::string error_text(int error);

}  // namespace wgaudit
