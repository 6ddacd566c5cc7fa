#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wgaudit {

/// Durations counted by size, up to the time that `wg` is given.
struct DurationHistogram {
  using Bound = std::chrono::milliseconds;
  static constexpr std::array bounds = {Bound(5),    Bound(10),  Bound(25),  Bound(50),
                                        Bound(100),  Bound(250), Bound(500), Bound(1000),
                                        Bound(2500), Bound(5000)};

  std::array<std::uint64_t, bounds.size() + 1>
      counts{};  ///< Up to each bound, and beyond the last.
  std::chrono::microseconds sum{0};

  void add(std::chrono::microseconds duration) {
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), duration);
    ++counts[static_cast<std::size_t>(bound - bounds.begin())];
    sum += duration;
  }
};

}  // namespace wgaudit
