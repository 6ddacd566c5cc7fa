#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "shell/settings/settings.hpp"
#include "shell/settings/settings_merge.hpp"

namespace wgaudit {

/// The subject of doctor: this machine, with the settings that the daemon would have.
struct Gateway {
  Settings settings;
  std::string program = "wgaudit";  ///< This program, as a shell finds it.
  std::string flags;                ///< Flags for the program: flags_for_run.
  std::filesystem::path config = "/etc/wgaudit/wgaudit.toml";
  std::filesystem::path root = "/";  ///< Folder above /etc, /proc, /run and /sys.

  /// A file of the system, which is named by its absolute path.
  std::filesystem::path path(const std::filesystem::path& absolute) const {
    return root / absolute.relative_path();
  }

  /// The whole of such a file; nothing, with errno set, where it cannot be read.
  std::optional<std::string> read(const std::filesystem::path& absolute) const;

  /// The same without the end of the line; empty where it cannot be read.
  std::string read_line(const std::filesystem::path& absolute) const;

  bool has(const std::filesystem::path& absolute) const;

  /// The user that the daemon runs as: `user`, or else the owner of the journal's folder, or the
  /// user who asks. Nothing where there is no such user.
  std::optional<uid_t> user() const;
};

/// The settings of a command line, to be given to `run` or `doctor` again: ` --interval 5`.
std::string flags_for_run(const GivenSettings& given);

/// `text` as one word of a shell's command.
std::string shell_word(std::string_view text);

/// Whether this process sees what only root may see.
std::string ask_as_root(const Gateway& gateway);

/// Starts the daemon, in the place of the one that runs: its service, or in the foreground where
/// there is none.
std::string start_daemon(const Gateway& gateway, std::optional<pid_t> running);

}  // namespace wgaudit
