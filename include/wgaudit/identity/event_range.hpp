#pragma once

#include <cstdint>

namespace wgaudit {

/// EventRange are numbers of records in the events file, both inclusive.
struct EventRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  friend bool operator==(const EventRange&, const EventRange&) = default;
};

}  // namespace wgaudit
