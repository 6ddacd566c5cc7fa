#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shell/settings/settings_merge.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/integrity/seal.hpp"
#include "wgaudit/record/record_filter.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// `--since` and `--until`: a point in time, or a span that ends now.
using Since = std::variant<UtcTime, std::chrono::seconds>;

/// Where `since` begins if it is now `now`.
UtcTime begin_of(const Since& since, UtcTime now);

/// As what records are shown.
enum class ShownForm : std::uint8_t {
  text,
  raw,  ///< As text, and below it the line that it was read from.
  json
};

/// Which records are wanted, and how. For follow and classify.
struct ViewOptions {
  RecordFilter filter;  ///< Without its times.
  std::optional<Since> since;
  std::optional<Since> until;
  ShownForm form = ShownForm::text;

  /// The filter, if it is now `now`. Throws SetupError (exit code 64) where it ends before it
  /// begins.
  RecordFilter filter_at(UtcTime now) const;
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

/// Throws SetupError with exit code 64: one line with the cure.
CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace wgaudit
