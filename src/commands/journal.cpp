#include <fmt/format.h>
#include <sysexits.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "commands/commands.hpp"
#include "commands/export.hpp"
#include "commands/output.hpp"
#include "commands/verify.hpp"
#include "shell/journal/segments.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/inherited_process.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {

int verify_journal(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line.given, environment());
  ShownProgress progress(stored_bytes(settings.journal));
  // Whoever forged the journal chose what is told of it.
  const auto print = [&](const std::string& line) {
    progress.end();
    print_line(still_printable(line, line.size()));
  };
  const auto on_read = [&](std::size_t bytes) { progress.add(bytes); };
  return verify(settings.journal, command_line.verify, print, on_read) ? EXIT_SUCCESS : EX_DATAERR;
}

int export_records(const CommandLine& command_line) {
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
