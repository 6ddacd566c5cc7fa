#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shell/settings/settings.hpp"

namespace wgaudit {

// --compat=wg_monitor: where a script that knows wg_monitor 2.0.0 would stumble over our manners,
// run has wg_monitor's. doc/wg_monitor.md tells all that it changes.

/// Whether these arguments (behind the program's name) and variables (`K=V`) ask for it, before
/// anything of them is judged. What a file of settings says comes too late for the manners of the
/// command line itself.
bool asks_for_wg_monitor(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment);

/// The arguments with wg_monitor's flags written out, of which unique prefixes do, and `--flag -5`
/// as `--flag=-5`. Throws SetupError (exit code 64) where a prefix could be several.
std::vector<std::string> written_out(const std::vector<std::string>& arguments);

bool asks_for_version(const std::vector<std::string>& arguments);

/// Which wg_monitor a script may take us for.
inline constexpr const char* wg_monitor_version = "WireGuard Monitor v2.0.0";

/// 0, 1 or, for the command line, 2.
int wg_monitor_exit_code(int exit_code);

/// Brings values into their range and notes wg_monitor's warnings. A log outside of /var/log and
/// /tmp is said on standard error, and is the default one instead.
void settle_as_wg_monitor(Settings& settings);

/// Leaves out a hook that is not there or not executable, with wg_monitor's warning.
void leave_out_missing_hook(Settings& settings);

}  // namespace wgaudit
