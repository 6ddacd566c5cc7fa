#include "shell/settings/pattern_folder.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "shell/system/io_error.hpp"
#include "shell/system/read_file.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

std::filesystem::path shipped_folder() {
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  return program.parent_path().parent_path() / "share/wgaudit/patterns";
}

std::vector<std::filesystem::path> pattern_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".patterns") files.push_back(entry.path());
  }
  if (error) {
    throw io_error(folder,
                   fmt::format("the folder of pattern files cannot be read: {}; name one that this "
                               "user may read",
                               error.message()),
                   EX_CONFIG);
  }
  std::sort(files.begin(), files.end());
  return files;
}

void load_folder(const std::filesystem::path& folder, std::vector<Rule>& rules) {
  for (const auto& path : pattern_files(folder)) {
    const WipedBuffer text = read_text_file(path, EX_CONFIG);
    auto more = parse_patterns(text.view(), path.string(), wireguard_vocabulary());
    std::move(more.begin(), more.end(), std::back_inserter(rules));
  }
}

}  // namespace

std::vector<Rule> load_patterns(const std::filesystem::path& added) {
  std::vector<Rule> rules;
  load_folder(shipped_folder(), rules);
  if (rules.empty()) {
    throw io_error(shipped_folder(), "there are no pattern files; install wgaudit again",
                   EX_CONFIG);
  }
  if (!added.empty()) load_folder(added, rules);
  return rules;
}

}  // namespace wgaudit
