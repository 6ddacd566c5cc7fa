#pragma once

#include <vector>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"

namespace wgaudit {

/// Walks the chain from the kernel to the journal. Changes nothing; a probe that passes leaves one
/// event, and the failed attempt that it is.
std::vector<Check> examine(const Gateway& gateway);

}  // namespace wgaudit
