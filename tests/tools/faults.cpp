// Preloaded into wgaudit, breaks the calls that store something in FAULTS_FOLDER:
//
//   FAULTS=kill:N    the N-th call is the last: the process is killed before it, behind it, or when
//                    half of what was to be written is
//   FAULTS=error:N   one call in N fails with ENOSPC or EIO, or writes less than it should
//
// FAULTS_BOOT_ID names the file that holds the boot's id, in place of the kernel's.
// FAULTS_CALL=CALL:PART counts only such calls, on files that have PART in their names. FAULTS_SEED
// chooses which fail. FAULTS_LOG gets a line `CALL FILE` for each fault, and `synced FILE
// SIZE` for what would outlive a power loss.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

namespace {

enum class Fault { none, kill_before, kill_behind, kill_halfway, refuse, write_less };

const char* setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void log_line(const std::string& line) {
  static const long file =
      ::syscall(SYS_openat, AT_FDCWD, setting("FAULTS_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
  ::syscall(SYS_write, file, line.data(), line.size());
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// Chooses which calls fail, and how.
class Faults {
 public:
  Faults() : random_(static_cast<unsigned>(std::atoi(setting("FAULTS_SEED")))) {
    const std::string mode = setting("FAULTS");
    kills_ = mode.starts_with("kill:");
    if (mode.find(':') != std::string::npos) period_ = std::stoul(mode.substr(mode.find(':') + 1));
  }

  Fault next(bool writes) {
    const std::lock_guard lock(mutex_);
    if (period_ == 0) return Fault::none;
    if (kills_) {
      if (++calls_ != period_) return Fault::none;
      const Fault ends[] = {Fault::kill_before, Fault::kill_behind, Fault::kill_halfway};
      return ends[random_() % (writes ? 3 : 2)];
    }
    if (random_() % period_ != 0) return Fault::none;
    return writes && random_() % 2 == 0 ? Fault::write_less : Fault::refuse;
  }

  int error() {
    const std::lock_guard lock(mutex_);
    return random_() % 2 == 0 ? ENOSPC : EIO;
  }

 private:
  std::mutex mutex_;
  std::mt19937 random_;
  bool kills_ = false;
  unsigned long period_ = 0;
  unsigned long calls_ = 0;
};

Faults& faults() {
  static Faults instance;
  return instance;
}

/// The name below FAULTS_FOLDER; empty for files elsewhere.
std::string name_in_folder(const std::string& path) {
  const std::string folder = std::string(setting("FAULTS_FOLDER")) + "/";
  return path.starts_with(folder) ? path.substr(folder.size()) : std::string();
}

std::string name_of(int fd) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = ::readlink(link.c_str(), path, sizeof path);
  return size > 0 ? name_in_folder({path, static_cast<std::size_t>(size)}) : std::string();
}

bool is_counted(const std::string& call, const std::string& name) {
  const std::string wanted = setting("FAULTS_CALL");
  const auto colon = wanted.find(':');
  if (name.empty() || colon == std::string::npos) return !name.empty();
  return call == wanted.substr(0, colon) &&
         name.find(wanted.substr(colon + 1)) != std::string::npos;
}

/// Does `call` on the file `name`, with the fault that is due; `write` takes how many bytes to
/// write.
template <typename Write>
long with_fault(const char* call, const std::string& name, std::size_t size, Write write) {
  if (!is_counted(call, name)) return write(size);
  const Fault fault = faults().next(size != 0);
  if (fault != Fault::none) log_line(std::string(call) + " " + name + "\n");
  switch (fault) {
    case Fault::none:
      return write(size);
    case Fault::write_less:
      return write(size / 2 + 1);
    case Fault::refuse:
      errno = faults().error();
      return -1;
    case Fault::kill_behind:
      write(size);
      die();
    case Fault::kill_halfway:
      write(size / 2);
      die();
    case Fault::kill_before:
      die();
  }
  return -1;
}

int sync_file(const char* call, int fd, long number) {
  const std::string name = name_of(fd);
  const auto sync = [&](std::size_t) {
    const long result = ::syscall(number, fd);
    struct stat status {};
    if (result == 0 && !name.empty() && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
      log_line("synced " + name + " " + std::to_string(status.st_size) + "\n");
    }
    return result;
  };
  return static_cast<int>(with_fault(call, name, 0, sync));
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(arguments, unsigned) : 0U;
  va_end(arguments);
  if (std::string_view(path) == "/proc/sys/kernel/random/boot_id") path = setting("FAULTS_BOOT_ID");
  const auto do_open = [&](std::size_t) {
    return ::syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  };
  const std::string name = (flags & O_CREAT) != 0 ? name_in_folder(path) : std::string();
  return static_cast<int>(with_fault("open", name, 0, do_open));
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return with_fault("write", name_of(fd), size, [&](std::size_t part) {
    return ::syscall(SYS_pwrite64, fd, data, part, offset);
  });
}

int fdatasync(int fd) {
  return sync_file("fdatasync", fd, SYS_fdatasync);
}

int fsync(int fd) {
  return sync_file("fsync", fd, SYS_fsync);
}

int remove(const char* path) {
  const auto do_remove = [&](std::size_t) { return ::syscall(SYS_unlink, path); };
  return static_cast<int>(with_fault("remove", name_in_folder(path), 0, do_remove));
}

int ftruncate(int fd, off_t size) {
  const auto cut = [&](std::size_t) { return ::syscall(SYS_ftruncate, fd, size); };
  return static_cast<int>(with_fault("ftruncate", name_of(fd), 0, cut));
}
}
