#pragma once

#include "commands/command_line.hpp"

namespace wgaudit {

// What each command of the program does: it takes its settings, wires those who do the work, and
// prints. All return the exit code of the program, and throw SetupError.

int run(const CommandLine& command_line);
int follow(const CommandLine& command_line);
int classify(const CommandLine& command_line);
int replay_trace(const CommandLine& command_line);
int verify_journal(const CommandLine& command_line);
int export_records(const CommandLine& command_line);
int show_status(const CommandLine& command_line);
int examine_gateway(const CommandLine& command_line);

}  // namespace wgaudit
