#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command_line.hpp"

namespace wgaudit {

/// A flag as CLI11 and the help see it.
struct Flag {
  std::string name;
  std::string operand;  ///< Empty: a switch.
  std::string help;
};

struct CommandRow {
  CommandLine::Command command;
  std::string_view name;
  std::string_view operands;
  std::string_view about;    ///< For the list of commands.
  std::string_view details;  ///< For the command's own help.
  bool all_settings;
  std::array<std::string_view, 5> settings;  ///< Where it does not take all.
  std::string_view example;
};

/// All commands, in the order of the help.
std::span<const CommandRow> command_table();

/// Whether this setting is one of the command's flags.
bool takes_setting(const CommandRow& row, std::string_view setting);

/// All flags of a command but --help.
std::vector<Flag> flags_of(const CommandRow& row);

std::string help_of(const CommandRow& row);

/// The list of commands.
std::string general_help();

}  // namespace wgaudit
