#include "shell/settings/compat.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "shell/settings/setting_table.hpp"
#include "shell/system/log.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view compat_name = "wg_monitor";
constexpr std::chrono::seconds longest = longest_interval;

std::vector<std::string> flags_of_wg_monitor() {
  std::vector<std::string> flags = {"--version", "--help"};
  for (const Setting& setting : setting_table()) {
    if (setting.of_wg_monitor) flags.push_back(flag_of(setting));
  }
  return flags;
}

bool is_flag_of_run(std::string_view flag) {
  const auto table = setting_table();
  return flag == "--config" || flag == "--check-config" ||
         std::any_of(table.begin(), table.end(),
                     [&](const Setting& setting) { return flag_of(setting) == flag; });
}

/// Prefixes are wg_monitor's flags only, so that each does what it does there.
std::string written_out_flag(std::string_view flag) {
  if (is_flag_of_run(flag)) return std::string(flag);
  std::vector<std::string> meant;
  for (const std::string& known : flags_of_wg_monitor()) {
    if (known.starts_with(flag)) meant.push_back(known);
  }
  if (meant.size() > 1) {
    throw SetupError(fmt::format("ambiguous option: {} could match {}; give one of them in full",
                                 to_printable(flag), fmt::join(meant, ", ")),
                     EX_USAGE);
  }
  return meant.empty() ? std::string(flag) : meant.front();
}

bool is_negative_number(std::string_view text) {
  return take_prefix(text, "-") && parse_number<std::uint64_t>(text).has_value();
}

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [rest, ignored] =
      std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return rest == folder.end();
}

void raise(Settings& settings, std::chrono::seconds& value, std::chrono::seconds least,
           std::string_view what) {
  if (value >= least) return;
  settings.warnings.push_back(
      fmt::format("{0} too small (<{1}s), setting to {1}s", what, least.count()));
  value = least;
}

void lower(Settings& settings, std::chrono::seconds& value, std::string_view what) {
  if (value <= longest) return;
  settings.warnings.push_back(
      fmt::format("{0} too large (>{1}s), setting to {1}s", what, longest.count()));
  value = longest;
}

void settle_interval(Settings& settings) {
  raise(settings, settings.interval, std::chrono::seconds(5), "Interval");
  if (settings.interval > std::chrono::hours(1)) {
    settings.warnings.emplace_back("Interval very large (>1h), this may delay issue detection");
  }
  lower(settings, settings.interval, "Interval");
}

void settle_threshold(Settings& settings) {
  if (settings.threshold < settings.interval) {
    settings.warnings.push_back(
        fmt::format("Threshold ({}s) < Interval ({}s), may cause false offline alerts",
                    settings.threshold.count(), settings.interval.count()));
  }
  if (settings.threshold < std::chrono::seconds(60)) {
    settings.warnings.emplace_back("Threshold <60s may be too sensitive for unstable networks");
  }
  raise(settings, settings.threshold, std::chrono::seconds(1), "Threshold");
  lower(settings, settings.threshold, "Threshold");
}

void settle_stats_interval(Settings& settings) {
  raise(settings, settings.stats_interval, std::chrono::seconds(60), "Stats interval");
  lower(settings, settings.stats_interval, "Stats interval");
}

void settle_log_path(Settings& settings) {
  std::error_code error;
  const fs::path path = fs::weakly_canonical(fs::absolute(settings.log_path, error), error);
  const fs::path folder = path.parent_path();
  if (!error && (is_below(folder, "/var/log") || is_below(folder, "/tmp"))) {
    settings.log_path = path;
    return;
  }
  const fs::path usual = default_log_path(Compat::wg_monitor);
  write_line_to_stderr(fmt::format(
      "Error: Log path {} is not in allowed directories: ['/var/log', '/tmp']\nUsing default: {}\n",
      to_printable(settings.log_path.native()), usual.native()));
  settings.log_path = usual;
}

}  // namespace

bool asks_for_wg_monitor(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment) {
  if (arguments.empty() || arguments.front() != "run") return false;
  const Setting& compat = *find_setting("compat");
  const std::string variable = fmt::format("{}={}", environment_of(compat), compat_name);
  bool asks = std::find(environment.begin(), environment.end(), variable) != environment.end();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string_view argument = arguments[i];
    if (!take_prefix(argument, flag_of(compat))) continue;
    if (argument.empty() && i + 1 < arguments.size()) asks = arguments[i + 1] == compat_name;
    if (take_prefix(argument, "=")) asks = argument == compat_name;
  }
  return asks;
}

std::vector<std::string> written_out(const std::vector<std::string>& arguments) {
  std::vector<std::string> written;
  for (const std::string& argument : arguments) {
    const bool is_flag = argument.size() > 2 && argument.starts_with("--");
    const bool is_behind_flag = !written.empty() && written.back().starts_with("--") &&
                                written.back().find('=') == std::string::npos;
    if (is_flag) {
      const auto end = std::min(argument.find('='), argument.size());
      written.push_back(written_out_flag(argument.substr(0, end)) + argument.substr(end));
    } else if (is_behind_flag && is_negative_number(argument)) {
      written.back() += "=" + argument;
    } else {
      written.push_back(argument);
    }
  }
  return written;
}

bool asks_for_version(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--version") != arguments.end();
}

int wg_monitor_exit_code(int exit_code) {
  if (exit_code == EXIT_SUCCESS) return EXIT_SUCCESS;
  return exit_code == EX_USAGE ? 2 : 1;
}

void settle_as_wg_monitor(Settings& settings) {
  settle_interval(settings);
  settle_threshold(settings);
  settle_stats_interval(settings);
  settle_log_path(settings);
}

void leave_out_missing_hook(Settings& settings) {
  fs::path& hook = settings.on_change_script;
  if (hook.empty() || ::faccessat(AT_FDCWD, hook.c_str(), X_OK, AT_EACCESS) == 0) return;
  const bool is_there = ::access(hook.c_str(), F_OK) == 0;
  settings.warnings.push_back(fmt::format("on-change-script not {}: {}",
                                          is_there ? "executable" : "found",
                                          to_printable(hook.native())));
  hook.clear();
}

}  // namespace wgaudit
