#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shell/settings/settings.hpp"
#include "shell/settings/toml_form.hpp"

namespace wgaudit {

/// Neither an interval nor a threshold is longer.
inline constexpr std::chrono::days longest_interval{1};

/// One setting, named once: its flag, its environment variable, its keys in both kinds of file and
/// its line of help are all made from this.
struct Setting {
  std::string_view name;     ///< The TOML key, such as `log_path`.
  std::string_view operand;  ///< Name of the value in the help; empty: a switch.
  std::string_view help;     ///< Empty: few change it, and only the manual describes it.
  bool of_wg_monitor;        ///< wg_monitor's file has it too, with its name in upper case.
  TomlForm form;

  /// Takes `value`; or changes nothing and returns `reason; cure`.
  std::optional<std::string> (*assign)(Settings& settings, std::string_view value);

  /// The value as `assign` reads it.
  std::string (*show)(const Settings& settings);
};

std::span<const Setting> setting_table();

/// Finds a setting by its TOML key.
const Setting* find_setting(std::string_view name);

std::string flag_of(const Setting& setting);         ///< `--log-path`
std::string upper_name_of(const Setting& setting);   ///< `LOG_PATH`, as in wg_monitor's file
std::string environment_of(const Setting& setting);  ///< `WGAUDIT_LOG_PATH`

inline constexpr std::string_view environment_prefix = "WGAUDIT_";

/// Assigns `value`, which was found at `place`, or throws SetupError `PLACE: reason; cure`.
void apply(const Setting& setting, std::string_view value, std::string_view place, int exit_code,
           Settings& settings);

}  // namespace wgaudit
