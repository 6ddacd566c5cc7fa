#pragma once

#include <time.h>

#include <chrono>

namespace wgaudit {

/// The processor's time that this thread has used.
inline std::chrono::microseconds thread_cpu_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec));
}

}  // namespace wgaudit
