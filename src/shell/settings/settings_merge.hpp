#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "shell/settings/section.hpp"
#include "shell/settings/settings.hpp"

namespace wgaudit {

/// The settings that a command line gives, as they were typed.
struct GivenSettings {
  std::filesystem::path config;               ///< Settings file; empty: not given.
  std::map<std::string, std::string> values;  ///< By Setting::name.
  bool may_use_folder = true;                 ///< Whether what lies in the usual folder counts.
};

/// The folder of the configuration of a gateway.
inline constexpr const char* usual_folder = "/etc/wgaudit";

/// Merges flag > environment (`WGAUDIT_*`, as `K=V`) > file > default. Without `--config` and
/// `WGAUDIT_CONFIG`, what lies in `folder` is used: wgaudit.toml, names.toml, and the folder itself
/// for *.patterns. `sections` are those that the file may hold; their readers are called as they
/// are found. Throws SetupError: `FILE:LINE: …`, `WGAUDIT_X: …` (exit code 78) or `--flag: …` (64).
Settings load_settings(const GivenSettings& given, const std::vector<std::string>& environment,
                       const std::filesystem::path& folder = usual_folder,
                       const SectionReaders& sections = {});

/// The file that load_settings reads; empty: none.
std::filesystem::path find_settings_file(const GivenSettings& given,
                                         const std::vector<std::string>& environment,
                                         const std::filesystem::path& folder = usual_folder);

}  // namespace wgaudit
