#include <filesystem>
#include <string>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "doctor/doctor.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/inherited_process.hpp"
#include "shell/system/program_path.hpp"

namespace wgaudit {
namespace {

/// Ours as a shell finds it.
std::string name_of_program() {
  const auto file = std::filesystem::read_symlink("/proc/self/exe");
  for (const char* const folder : {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"}) {
    if (file.parent_path() == folder) return file.filename();
  }
  return shell_word(file.string());
}

}  // namespace

int doctor_command(const CommandLine& command_line) {
  tidy_inheritance();
  Gateway gateway{load_settings(command_line.given, environment()), name_of_program(),
                  flags_for_run(command_line.given)};
  const auto config = find_settings_file(command_line.given, environment());
  if (!config.empty()) gateway.config = config;
  const auto checks = examine(gateway);
  for (const Check& check : checks) {
    print_line(command_line.json ? to_json(check) : to_text(check));
  }
  return exit_code_of(checks);
}

}  // namespace wgaudit
