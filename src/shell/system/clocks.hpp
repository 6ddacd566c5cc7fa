#pragma once

#include <time.h>

#include <chrono>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

inline std::chrono::microseconds read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  const auto duration = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  return std::chrono::floor<std::chrono::microseconds>(duration);
}

inline UtcTime utc_now() {
  return UtcTime(read_clock(CLOCK_REALTIME));
}

/// Reads the clocks at one moment: a process that was stopped between two readings reads again,
/// or that would look as if the wall clock had been set. None of them needs a system call.
inline Instant read_clocks() {
  constexpr std::chrono::milliseconds one_moment{1};
  constexpr int max_tries = 8;
  for (int tries = 1;; ++tries) {
    const auto steady = read_clock(CLOCK_BOOTTIME);
    const auto utc = read_clock(CLOCK_REALTIME);
    const auto awake = read_clock(CLOCK_MONOTONIC);
    const bool is_one_moment = read_clock(CLOCK_BOOTTIME) - steady < one_moment;
    if (is_one_moment || tries == max_tries) {
      return {SteadyTime(steady), UtcTime(utc), steady - awake};
    }
  }
}

}  // namespace wgaudit
