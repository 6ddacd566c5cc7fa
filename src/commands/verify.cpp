#include <sysexits.h>

#include <cstddef>
#include <cstdlib>
#include <string>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "commands/verifier.hpp"
#include "shell/journal/segments.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/inherited_process.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {

int verify_command(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line.given, environment());
  ShownProgress progress(stored_bytes(settings.journal));
  // A user who forged the journal chose the text that is printed here.
  const auto print = [&](const std::string& line) {
    progress.end();
    print_line(still_printable(line, line.size()));
  };
  const auto on_read = [&](std::size_t bytes) { progress.add(bytes); };
  return verify(settings.journal, command_line.verify, print, on_read) ? EXIT_SUCCESS : EX_DATAERR;
}

}  // namespace wgaudit
