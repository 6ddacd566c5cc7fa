#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "wgaudit/audit/seal.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// `--since`: a point in time, or a span that ends now.
using Since = std::variant<UtcTime, std::chrono::seconds>;

/// Where `since` begins if it is now `now`.
UtcTime begin_of(const Since& since, UtcTime now);

struct FollowOptions {
  std::string peer;  ///< Empty: every peer.
  std::string kind;  ///< A name of Action or EventKind; empty: every kind.
  std::optional<Since> since;
  bool json = false;
};

/// What an auditor has from elsewhere.
struct VerifyOptions {
  std::optional<SealKey> key;  ///< Of the first seal.
  std::filesystem::path held;  ///< Lines of the journal, in a file; empty: none.
};

/// The command line as it was given. Values of settings are checked by load_settings.
struct CommandLine {
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

  Command command = Command::help;
  bool check_config = false;
  std::filesystem::path config;                 ///< Empty: not given.
  std::map<std::string, std::string> settings;  ///< By Setting::name.
  std::vector<std::string> files;               ///< For replay: the one trace.
  bool json = false;                            ///< For doctor and status.
  bool watch = false;                           ///< For status.
  FollowOptions follow;
  std::optional<PeerId> explain;  ///< For replay.
  VerifyOptions verify;
  std::filesystem::path pseudonyms;  ///< For export: the file with the key.
  std::string text;                  ///< For help and version: what to print.
};

/// Throws SetupError with exit code 64: one line with the cure.
CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace wgaudit
