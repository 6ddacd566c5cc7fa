#pragma once

#include <cstdint>

namespace wgaudit {

/// How the runs of the hook ended.
struct HookRuns {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;  ///< Also those that could not be started.
  std::uint64_t timed_out = 0;
  std::uint64_t skipped = 0;  ///< For records that were too old.

  friend bool operator==(const HookRuns&, const HookRuns&) = default;
};

}  // namespace wgaudit
