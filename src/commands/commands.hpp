#pragma once

#include "commands/command_line.hpp"

namespace wgaudit {

// The commands of the program, each in a file of its name: NAME.cpp holds NAME_command, which takes
// its settings, connects the objects that do the work, and prints. The work itself is in other
// units, named after what they are: Follower for follow, `replayer` for replay. Each command
// returns the exit code of the program, and throws SetupError.

int run_command(const CommandLine& command_line);
int status_command(const CommandLine& command_line);
int follow_command(const CommandLine& command_line);
int classify_command(const CommandLine& command_line);
int replay_command(const CommandLine& command_line);
int verify_command(const CommandLine& command_line);
int export_command(const CommandLine& command_line);
int doctor_command(const CommandLine& command_line);
int names_command(const CommandLine& command_line);

}  // namespace wgaudit
