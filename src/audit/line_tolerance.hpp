#pragma once

#include <chrono>

namespace wgaudit {

/// How much earlier than its lines a handshake may seem to be by a dump: `latest-handshake` is cut
/// to the second, and lines arrive some milliseconds late.
inline constexpr std::chrono::seconds line_tolerance{1};

}  // namespace wgaudit
