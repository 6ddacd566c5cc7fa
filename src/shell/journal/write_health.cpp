#include "shell/journal/write_health.hpp"

#include <fmt/format.h>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

std::string WriteHealth::note(bool ok, int error, const std::filesystem::path& path) {
  if (ok != refuses_) return {};
  refuses_ = !ok;
  since_ = std::chrono::steady_clock::now();
  return ok ? fmt::format("{}: writing works again", path.string())
            : fmt::format("{}: {}; what is recorded waits and is written when it works again",
                          path.string(), error_text(error));
}

}  // namespace wgaudit
