#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shell/settings/settings.hpp"

namespace wgaudit {

// --compat=wg_monitor: where a script written for wg_monitor 2.0.0 would fail with our behaviour,
// run behaves as wg_monitor does. doc/wg_monitor.md lists all differences.

/// Whether these arguments (after the program's name) and variables (`K=V`) ask for it, before any
/// of them is checked. A settings file is read too late to decide how the command line itself is
/// read.
bool asks_for_wg_monitor(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment);

/// The arguments with wg_monitor's flags in full, which it takes by unique prefixes too, and with
/// `--flag -5` as `--flag=-5`. Throws SetupError (exit code 64) where a prefix could be several.
std::vector<std::string> written_out(const std::vector<std::string>& arguments);

bool asks_for_version(const std::vector<std::string>& arguments);

/// The version that a script is shown.
inline constexpr const char* wg_monitor_version = "WireGuard Monitor v2.0.0";

/// The exit code of wg_monitor for one of ours: 0, 1 or, for the command line, 2.
int wg_monitor_exit_code(int exit_code);

/// Brings values into their range and notes wg_monitor's warnings. A log outside of /var/log and
/// /tmp is replaced by the default one, with a message on standard error.
void settle_as_wg_monitor(Settings& settings);

/// Leaves out a hook that is not there or not executable, with wg_monitor's warning.
void leave_out_missing_hook(Settings& settings);

}  // namespace wgaudit
