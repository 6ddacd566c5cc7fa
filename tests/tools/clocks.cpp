// Preloaded into wgaudit, sets its clocks: the file CLOCKS holds two numbers of seconds (64 bits,
// as the machine has them), by how much the wall clock was set and how long the machine has slept.
// They may be written anew at any time. The kernel's real clocks are what they are added to.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

struct Seconds {
  std::atomic<std::int64_t> set;
  std::atomic<std::int64_t> slept;
};

const Seconds& seconds() {
  static const Seconds* const mapped = [] {
    const int file = ::open(std::getenv("CLOCKS"), O_RDONLY | O_CLOEXEC);
    void* const place = ::mmap(nullptr, sizeof(Seconds), PROT_READ, MAP_SHARED, file, 0);
    if (place == MAP_FAILED) std::abort();
    ::close(file);
    return static_cast<const Seconds*>(place);
  }();
  return *mapped;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) {
  const long result = ::syscall(SYS_clock_gettime, clock, time);
  if (result != 0) return -1;
  if (clock == CLOCK_REALTIME) time->tv_sec += seconds().set + seconds().slept;
  if (clock == CLOCK_BOOTTIME) time->tv_sec += seconds().slept;
  return 0;
}
