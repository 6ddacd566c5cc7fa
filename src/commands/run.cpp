#include "commands/commands.hpp"

#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "daemon/daemon.hpp"
#include "shell/readers/wg_monitor_lines.hpp"
#include "shell/settings/compat.hpp"
#include "shell/settings/names_file.hpp"
#include "shell/settings/pattern_folder.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/inherited_process.hpp"
#include "shell/system/log.hpp"
#include "shell/system/privileges.hpp"
#include "shell/system/program_path.hpp"
#include "shell/system/system_call_filter.hpp"

namespace wgaudit {
namespace {

std::filesystem::path wg_of(const Settings& settings) {
  if (settings.wg.empty()) return find_program("wg");
  require_trusted(settings.wg);
  return settings.wg;
}

int tell_warnings(const Settings& settings) {
  const auto now = read_clocks().utc;
  for (const std::string& warning : settings.warnings) {
    write_line_to_stderr(text_line(now, LogLevel::warning, warning, settings.log_format));
  }
  return EXIT_SUCCESS;
}

/// Where that fails, opening the file says so.
void make_folders(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
}

}  // namespace

int run_command(const CommandLine& command_line) {
  std::signal(SIGHUP, SIG_IGN);  // until the daemon waits for it
  ::umask(::umask(0) | 027);     // whatever a parent left: the journal's folder is not the world's
  Settings settings = load_settings(command_line.given, environment());
  drop_privileges(settings.user);
  refuse_system_calls();
  const Classifier classifier(load_patterns(settings.patterns));
  PeerNames names = load_peer_names(settings.names);
  const auto wg = wg_of(settings);
  const bool is_compat = settings.compat == Compat::wg_monitor;
  if (is_compat) leave_out_missing_hook(settings);
  if (!settings.on_change_script.empty()) require_trusted(settings.on_change_script);
  if (command_line.check_config) return tell_warnings(settings);
  if (is_compat) make_folders(settings.log_path.parent_path());
  tidy_inheritance();
  Daemon daemon(settings, std::move(names), wg, classifier);
  daemon.run();
  return EXIT_SUCCESS;
}

}  // namespace wgaudit
