#include "shell/journal_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sysexits.h>

#include <cerrno>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
FileDescriptor lock_journal(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  FileDescriptor lock = open_file(folder / "lock", O_RDWR | O_CREAT);
  if (!lock.is_open()) {
    throw SetupError(fmt::format("{}: the journal's folder cannot be used: {}; make it writable or "
                                 "name another with --journal",
                                 folder.string(), error_text(errno)),
                     EX_IOERR);
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    throw SetupError(fmt::format("{}: another wgaudit writes this journal; stop it or name another "
                                 "with --journal",
                                 folder.string()),
                     EX_UNAVAILABLE);
  }
  return lock;
}

}  // namespace wgaudit
