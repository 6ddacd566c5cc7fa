#include "shell/system/program_path.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

constexpr const char* folders[] = {"/usr/bin", "/usr/sbin", "/bin", "/sbin"};

std::string to_text(const fs::path& path) {
  return to_printable(path.native());
}

bool is_executable(const fs::path& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && is_executable(path);
}

[[noreturn]] void refuse(const fs::path& path, std::string_view fault, std::string_view cure) {
  throw SetupError(fmt::format("{}: {}; {}", to_text(path), fault, cure));
}

void require_owner(const fs::path& path, const struct stat& status) {
  if (status.st_uid == 0 || status.st_uid == ::geteuid()) return;
  refuse(path, fmt::format("belongs to user {}, who could replace the program", status.st_uid),
         "chown root " + to_text(path));
}

void require_not_writable(const fs::path& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return;
  if (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0) return;
  const mode_t forbidden = status.st_gid == 0 ? S_IWOTH : S_IWGRP | S_IWOTH;
  if ((status.st_mode & forbidden) == 0) return;
  refuse(path, "others can write it and so replace the program", "chmod go-w " + to_text(path));
}

/// `path` as it is spelt, without following a link in the last place, and all that is above it.
void require_trusted_chain(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    refuse(path, std::generic_category().message(errno), "check the path");
  }
  require_owner(path, status);
  require_not_writable(path, status);
  if (path != path.root_path()) require_trusted_chain(path.parent_path());
}

}  // namespace

fs::path find_program(std::string_view name) {
  for (const char* folder : folders) {
    fs::path path = fs::path(folder) / name;
    if (is_program(path)) return path;
  }
  throw SetupError(fmt::format("{}: not found in {}; apt-get install -y wireguard-tools",
                               to_printable(name), fmt::join(folders, ", ")),
                   EX_UNAVAILABLE);
}

void require_trusted(const fs::path& program) {
  if (!program.is_absolute()) refuse(program, "not an absolute path", "begin it with /");
  std::error_code error;
  const fs::path target = fs::canonical(program, error);
  if (error) refuse(program, error.message(), "check the path");
  if (!fs::is_regular_file(target, error)) refuse(program, "not a file", "check the path");
  if (!is_executable(target)) refuse(program, "not executable", "chmod a+x " + to_text(target));
  require_trusted_chain(program);
  require_trusted_chain(target);
}

}  // namespace wgaudit
