#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shell/command_line.hpp"
#include "shell/settings.hpp"

namespace wgaudit {

/// Merges flag > environment (`WGAUDIT_*`, as `K=V`) > file > default. Without `--config` and
/// `WGAUDIT_CONFIG`, what lies in `folder` is used: wgaudit.toml, names.toml, and the folder itself
/// for *.patterns. `replay` reads nothing that it was not told to, so that it says the same on
/// every machine. Throws SetupError: `FILE:LINE: …`, `WGAUDIT_X: …` (exit code 78) or `--flag: …`
/// (64).
Settings load_settings(const CommandLine& command_line, const std::vector<std::string>& environment,
                       const std::filesystem::path& folder = "/etc/wgaudit");

/// The file that load_settings reads; empty: none.
std::filesystem::path find_settings_file(const CommandLine& command_line,
                                         const std::vector<std::string>& environment,
                                         const std::filesystem::path& folder = "/etc/wgaudit");

}  // namespace wgaudit
