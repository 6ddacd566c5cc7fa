#pragma once

#include <string>

#include "commands/command_table.hpp"

namespace wgaudit {

/// The help of one command: what it does, its flags, an example.
std::string help_of(const CommandRow& row);

/// The help of the program: the list of commands.
std::string general_help();

}  // namespace wgaudit
