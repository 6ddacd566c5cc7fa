#pragma once

#include <cstdint>

namespace wgaudit {

/// Returns the sum, or the greatest number where the sum is greater. It is for counts read from
/// another program's lines, which may hold any number.
constexpr std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

}  // namespace wgaudit
