#pragma once

#include <chrono>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

inline Instant read_clocks() {
  using std::chrono::time_point_cast;
  return {time_point_cast<SteadyTime::duration>(std::chrono::steady_clock::now()),
          time_point_cast<UtcTime::duration>(std::chrono::system_clock::now())};
}

}  // namespace wgaudit
