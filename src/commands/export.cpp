#include <fmt/format.h>
#include <sysexits.h>

#include <cstdio>
#include <cstdlib>

#include "commands/commands.hpp"
#include "commands/exporter.hpp"
#include "commands/output.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/inherited_process.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {

int export_command(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line.given, environment());
  if (command_line.pseudonyms.empty()) {
    throw SetupError("export: there is no key for pseudonyms; name its file with --pseudonyms",
                     EX_USAGE);
  }
  const Pseudonyms pseudonyms(read_text_file(command_line.pseudonyms, EX_IOERR));
  const auto unreadable = export_journal(settings.journal, pseudonyms, print_line);
  if (unreadable == 0) return EXIT_SUCCESS;
  fmt::print(stderr, "wgaudit: {} lines are no records and were left out\n", unreadable);
  return EX_DATAERR;
}

}  // namespace wgaudit
