#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands/command_table.hpp"
#include "commands/view_options.hpp"
#include "shell/settings/settings_merge.hpp"
#include "wgaudit/integrity/seal.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// What an auditor has kept outside of the gateway.
struct VerifyOptions {
  std::optional<SealKey> key;  ///< Key of the first seal.
  std::filesystem::path held;  ///< Lines of the journal, in a file; empty: none.
};

/// The command line as it was given. Values of settings are checked by load_settings.
struct CommandLine {
  Command command = Command::help;
  bool check_config = false;
  GivenSettings given;
  std::vector<std::string> files;  ///< For replay: the one trace.
  bool json = false;               ///< For doctor and status.
  bool watch = false;              ///< For status.
  ViewOptions view;
  std::optional<PeerId> explain;  ///< For replay.
  VerifyOptions verify;
  std::filesystem::path pseudonyms;  ///< For export: the file with the key.
  std::string text;                  ///< For help and version: what to print.
};

/// Reads the arguments after the program's name. Throws SetupError with exit code 64: one line with
/// the cure.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

}  // namespace wgaudit
