#include "shell/journal_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

constexpr int exit_unavailable = 69;
constexpr int exit_io = 74;

}  // namespace

FileDescriptor lock_journal(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  FileDescriptor lock = open_file(folder / "lock", O_RDWR | O_CREAT);
  if (!lock.is_open()) {
    throw SetupError(fmt::format("{}: the journal's folder cannot be used: {}; make it writable or "
                                 "name another with --journal",
                                 folder.string(), error_text(errno)),
                     exit_io);
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    throw SetupError(fmt::format("{}: another wgaudit writes this journal; stop it or name another "
                                 "with --journal",
                                 folder.string()),
                     exit_unavailable);
  }
  return lock;
}

}  // namespace wgaudit
