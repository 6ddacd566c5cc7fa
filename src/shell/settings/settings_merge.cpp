#include "shell/settings/settings_merge.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "shell/settings/compat.hpp"
#include "shell/settings/setting_table.hpp"
#include "shell/settings/settings_file.hpp"
#include "shell/settings/suggestion.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view config_variable = "WGAUDIT_CONFIG";

/// A file that this user may not see counts as there: reading it will report that.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::status(path, ignored).type() != fs::file_type::not_found;
}

Settings defaults(const fs::path& folder) {
  Settings settings;
  if (is_there(folder)) settings.patterns = folder;
  if (is_there(folder / "names.toml")) settings.names = folder / "names.toml";
  return settings;
}

/// The variables of the environment that have our prefix, rightly spelt or not.
std::vector<std::string_view> own_variables(const std::vector<std::string>& environment) {
  std::vector<std::string_view> own;
  for (const std::string_view variable : environment) {
    if (variable.starts_with(environment_prefix)) own.push_back(variable);
  }
  return own;
}

fs::path config_in(const std::vector<std::string_view>& variables) {
  for (std::string_view variable : variables) {
    if (take_until(variable, '=') == config_variable) return variable;
  }
  return {};
}

[[noreturn]] void refuse_variable(std::string_view name) {
  std::vector<std::string> known = {std::string(config_variable)};
  for (const Setting& setting : setting_table()) known.push_back(environment_of(setting));
  throw SetupError(
      fmt::format("{}: names no setting; {}", to_printable(name), suggest(name, known, "unset it")),
      EX_CONFIG);
}

void apply_variable(std::string_view variable, Settings& settings) {
  const std::string_view name = take_until(variable, '=');
  if (name == config_variable) return;
  const auto table = setting_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Setting& setting) {
    return environment_of(setting) == name;
  });
  if (found == table.end()) refuse_variable(name);
  apply(*found, variable, name, EX_CONFIG, settings);
}

/// `compat` decides how the other settings are checked, those of the file too.
void apply_compat_first(const GivenSettings& given, const std::vector<std::string_view>& variables,
                        Settings& settings) {
  const Setting& setting = *find_setting("compat");
  for (std::string_view variable : variables) {
    if (take_until(variable, '=') == environment_of(setting)) setting.assign(settings, variable);
  }
  const auto flag = given.values.find(std::string(setting.name));
  if (flag != given.values.end()) setting.assign(settings, flag->second);
}

}  // namespace

fs::path find_settings_file(const GivenSettings& given, const std::vector<std::string>& environment,
                            const fs::path& folder) {
  if (!given.config.empty()) return given.config;
  const fs::path from_environment = config_in(own_variables(environment));
  if (!from_environment.empty()) return from_environment;
  const fs::path usual = folder / "wgaudit.toml";
  return given.may_use_folder && is_there(usual) ? usual : fs::path();
}

Settings load_settings(const GivenSettings& given, const std::vector<std::string>& environment,
                       const fs::path& folder, const SectionReaders& sections) {
  Settings settings = given.may_use_folder ? defaults(folder) : Settings{};
  const auto variables = own_variables(environment);
  const fs::path file = find_settings_file(given, environment, folder);
  apply_compat_first(given, variables, settings);
  if (!file.empty()) apply_settings_file(file, settings, sections);
  for (const std::string_view variable : variables) apply_variable(variable, settings);
  for (const Setting& setting : setting_table()) {
    const auto value = given.values.find(std::string(setting.name));
    if (value == given.values.end()) continue;
    apply(setting, value->second, flag_of(setting), EX_USAGE, settings);
  }
  if (settings.compat == Compat::wg_monitor) settle_as_wg_monitor(settings);
  return settings;
}

}  // namespace wgaudit
