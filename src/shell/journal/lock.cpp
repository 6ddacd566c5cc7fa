#include "shell/journal/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shell/system/privileges.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

/// Root without its capabilities may not use the folder of another, and need not: it can become
/// that user.
std::string cure(int error, const std::filesystem::path& folder) {
  if (error != EACCES && error != EPERM) return "make it writable or name another with --journal";
  struct stat status {};
  const bool is_others = ::stat(folder.c_str(), &status) == 0 && status.st_uid != ::geteuid();
  if (is_others && ::geteuid() == 0) return "give its owner, --user " + name_of_user(status.st_uid);
  return fmt::format("mkdir -p {0} && chown -R {1}: {0}", folder.string(),
                     name_of_user(::geteuid()));
}

}  // namespace

FileDescriptor lock_journal(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  FileDescriptor lock = open_file(folder / "lock", O_RDWR | O_CREAT);
  if (!lock.is_open()) {
    const int reason = error ? error.value() : errno;
    throw SetupError(fmt::format("{}: the journal's folder cannot be used: {}; {}", folder.string(),
                                 error_text(reason), cure(reason, folder)),
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
