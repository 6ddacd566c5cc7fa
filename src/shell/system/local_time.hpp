#pragma once

#include <string>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// The time in the zone of this machine, to the second and without the zone's name:
/// `2026-11-21 07:05:36`.
std::string local_time_text(UtcTime time);

}  // namespace wgaudit
