#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "shell/settings/compat.hpp"
#include "shell/system/inherited_process.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

int dispatch(const CommandLine& command_line) {
  switch (command_line.command) {
    case Command::run:
      return run_command(command_line);
    case Command::follow:
      return follow_command(command_line);
    case Command::classify:
      return classify_command(command_line);
    case Command::replay:
      return replay_command(command_line);
    case Command::verify:
      return verify_command(command_line);
    case Command::export_journal:
      return export_command(command_line);
    case Command::doctor:
      return doctor_command(command_line);
    case Command::status:
      return status_command(command_line);
    case Command::names:
      return names_command(command_line);
    case Command::help:
    case Command::version:
      fmt::print("{}", command_line.text);
      return EXIT_SUCCESS;
  }
  __builtin_unreachable();
}

int act(const std::vector<std::string>& arguments) {
  const int status = dispatch(parse_command_line(arguments));
  std::fflush(stdout);
  check_output();
  return status;
}

int act_as_wg_monitor(const std::vector<std::string>& arguments) {
  try {
    const auto full = written_out(arguments);
    if (!asks_for_version(full)) return act(full);
    print_line(wg_monitor_version);
    return EXIT_SUCCESS;
  } catch (const SetupError& error) {
    if (error.exit_code == EX_USAGE) fmt::print(stderr, "Usage: wgaudit run [FLAG...]\n");
    throw SetupError(error.what(), wg_monitor_exit_code(error.exit_code));
  }
}

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return wgaudit::asks_for_wg_monitor(arguments, wgaudit::environment())
               ? wgaudit::act_as_wg_monitor(arguments)
               : wgaudit::act(arguments);
  } catch (const wgaudit::SetupError& error) {
    fmt::print(stderr, "wgaudit: {}\n", error.what());
    return error.exit_code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "wgaudit: {}\n", error.what());
    return EX_SOFTWARE;
  }
}
