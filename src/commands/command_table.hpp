#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit {

enum class Command : std::uint8_t {
  run,
  follow,
  classify,
  replay,
  verify,
  export_journal,
  doctor,
  status,
  names,
  help,
  version
};

/// A flag that is not a setting.
struct OwnFlag {
  std::string_view name;
  std::string_view operand;  ///< Empty: a switch.
  std::string_view help;
};

/// A flag of a command, as the command line and the help have it.
struct Flag {
  std::string name;
  std::string operand;  ///< Empty: a switch.
  std::string help;     ///< Empty: the help only names it.
};

struct CommandRow {
  Command command;
  std::string_view name;
  std::string_view operands = {};  ///< As the help shows them; empty: it takes none.
  std::string_view about;          ///< For the list of commands.
  std::string_view details;        ///< For the command's own help.
  bool all_settings = false;
  std::array<std::string_view, 5> settings = {};  ///< The settings that it takes, if not all.
  std::span<const OwnFlag> flags = {};            ///< Beside its settings.
  std::string_view example;
};

/// All commands, in the order of the help.
std::span<const CommandRow> command_table();

/// Whether this setting is one of the command's flags.
bool takes_setting(const CommandRow& row, std::string_view setting);

/// All flags of a command but --help.
std::vector<Flag> flags_of(const CommandRow& row);

}  // namespace wgaudit
