#pragma once

#include <filesystem>
#include <string_view>

#include "shell/settings/section.hpp"
#include "shell/settings/settings.hpp"

namespace wgaudit {

/// Takes the settings of a configuration file over those given: TOML, or wg_monitor's own
/// `KEY=value` file, which is known by its first line. `file` is its name; `sections` are those
/// that it may hold. Throws SetupError `FILE:LINE: reason; cure`.
void apply_settings_text(std::string_view text, std::string_view file, Settings& settings,
                         const SectionReaders& sections = {});

void apply_settings_file(const std::filesystem::path& file, Settings& settings,
                         const SectionReaders& sections);

}  // namespace wgaudit
