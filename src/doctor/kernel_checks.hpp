#pragma once

#include <string>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"

namespace wgaudit {

/// The loaded modules among those that print what wgaudit reads.
std::vector<std::string> loaded_modules(const Gateway& gateway);

Check check_module(const Gateway& gateway);

/// Whether all of the module's debug messages are printed, as /proc/dynamic_debug/control or, on
/// older kernels, debugfs shows.
Check check_dynamic_debug(const Gateway& gateway);

/// Whether they will be printed from the next load of the module on.
Check check_debug_at_load(const Gateway& gateway);

/// Checks the budget that they share with all other networking messages (net_ratelimit in
/// net/core/utils.c).
Check check_rate_limit(const Gateway& gateway);

}  // namespace wgaudit
