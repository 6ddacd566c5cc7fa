#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "shell/settings/settings.hpp"
#include "shell/settings/settings_merge.hpp"

namespace wgaudit {

/// What is examined: this machine, with the settings that the daemon would have.
struct Gateway {
  Settings settings;
  std::string program = "wgaudit";  ///< Ours, as a shell finds it.
  std::string flags;                ///< For it: flags_for_run.
  std::filesystem::path config = "/etc/wgaudit/wgaudit.toml";
  std::filesystem::path root = "/";  ///< What /etc, /proc, /run and /sys are below.

  /// A file of the system, which is named by its absolute path.
  std::filesystem::path path(const std::filesystem::path& absolute) const {
    return root / absolute.relative_path();
  }

  /// All of such a file; nothing, with errno set, where it cannot be read.
  std::optional<std::string> read(const std::filesystem::path& absolute) const;

  /// The same without the end of the line; empty where it cannot be read.
  std::string read_line(const std::filesystem::path& absolute) const;

  bool has(const std::filesystem::path& absolute) const;

  /// That the daemon runs as: `user`, or else whose the journal's folder is, or who asks; nothing
  /// where there is no such user.
  std::optional<uid_t> user() const;
};

/// The settings of a command line, to be given to `run` or `doctor` again: ` --interval 5`.
std::string flags_for_run(const GivenSettings& given);

/// `text` as one word of a shell's command.
std::string shell_word(std::string_view text);

/// What only root may see is seen by this.
std::string ask_as_root(const Gateway& gateway);

/// Starts the daemon, in the place of the one that runs: its service, or in the foreground where
/// there is none.
std::string start_daemon(const Gateway& gateway, std::optional<pid_t> running);

}  // namespace wgaudit
