#include <cstdlib>
#include <filesystem>
#include <utility>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "commands/replayer.hpp"
#include "shell/settings/names_file.hpp"
#include "shell/settings/pattern_folder.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/inherited_process.hpp"

namespace wgaudit {

int replay_command(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line.given, environment());
  const Classifier classifier(load_patterns(settings.patterns));
  AuditorOptions options{
      settings.interval, settings.threshold, load_peer_names(settings.names), settings.grace, {}};
  const std::filesystem::path& trace = command_line.files.front();
  if (command_line.explain) {
    explain_replay(trace, std::move(options), classifier, *command_line.explain, print_line);
  } else {
    replay(trace, std::move(options), classifier, print_line);
  }
  return EXIT_SUCCESS;
}

}  // namespace wgaudit
