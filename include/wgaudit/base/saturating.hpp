#pragma once

#include <cstdint>

namespace wgaudit {

/// The sum, or the greatest number where the sum is greater: for counts that somebody else told,
/// who may have told any.
constexpr std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

}  // namespace wgaudit
