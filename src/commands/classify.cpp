#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "commands/commands.hpp"
#include "commands/log_classifier.hpp"
#include "commands/output.hpp"
#include "shell/settings/pattern_folder.hpp"
#include "shell/settings/settings_merge.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/inherited_process.hpp"
#include "shell/system/io_error.hpp"

namespace wgaudit {
namespace {

/// Returns how many lines are not log lines.
using ClassifyLog = std::function<std::size_t(std::istream&)>;

std::size_t classify_file(const std::filesystem::path& path, const ClassifyLog& classify) {
  std::error_code unknown;  // opening the file reports more
  if (std::filesystem::is_directory(path, unknown)) throw unreadable_file(path, EISDIR);
  std::ifstream file(path);
  if (!file) throw unreadable_file(path, errno);
  const std::size_t unreadable = classify(file);
  if (file.bad()) throw unreadable_file(path, errno);
  return unreadable;
}

/// The size of all files; nothing where one has no size, or no file is given.
std::optional<std::uint64_t> bytes_of(const std::vector<std::string>& paths) {
  std::uint64_t bytes = 0;
  for (const std::string& path : paths) {
    std::error_code error;
    bytes += std::filesystem::file_size(path, error);
    if (error) return std::nullopt;
  }
  return paths.empty() ? std::nullopt : std::optional(bytes);
}

}  // namespace

int classify_command(const CommandLine& command_line) {
  const Settings settings = load_settings(command_line.given, environment());
  const Classifier classifier(load_patterns(settings.patterns));
  const RecordFilter filter = command_line.view.filter_at(utc_now());
  ShownProgress progress(bytes_of(command_line.files));
  const ClassifyLog classify_log = [&](std::istream& text) {
    return classify_logs(
        text, classifier, filter, command_line.view.form,
        [&](std::string_view line) {
          progress.erase();
          print_line(line);
        },
        [&](std::size_t bytes) { progress.add(bytes); });
  };
  std::size_t unreadable = 0;
  if (command_line.files.empty()) unreadable = classify_log(std::cin);
  for (const std::string& path : command_line.files) {
    unreadable += classify_file(path, classify_log);
  }
  progress.end();
  if (unreadable != 0) {
    fmt::print(stderr, "wgaudit: {} lines are no log lines and were passed over\n", unreadable);
  }
  return EXIT_SUCCESS;
}

}  // namespace wgaudit
