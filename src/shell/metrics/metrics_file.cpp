#include "shell/metrics/metrics_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr mode_t readable_by_all = 0644;  // node_exporter is another user

}  // namespace

MetricsFile::~MetricsFile() {
  ::unlink(path_.c_str());
}

void MetricsFile::write(std::string_view text) {
  const bool is_written = replace(text);
  const int error = errno;
  if (!is_written) ++failures_;
  const bool was_failing = std::exchange(is_failing_, !is_written);
  if (is_failing_ == was_failing) return;
  const std::string path = to_printable(path_.string());
  log_(is_written
           ? fmt::format("{}: metrics are written again", path)
           : fmt::format("{}: metrics cannot be written: {}; name another file with "
                         "--metrics-textfile, or give the unit ReadWritePaths={}",
                         path, error_text(error), to_printable(path_.parent_path().string())));
}

/// The new file's name does not end as the collector wants it.
bool MetricsFile::replace(std::string_view text) const {
  const std::string anew = path_.string() + ".new";
  ::unlink(anew.c_str());  // of a crash
  const FileDescriptor file = open_file(anew, O_WRONLY | O_CREAT | O_EXCL);
  const bool is_whole =
      file.is_open() && write_whole(file, text, 0) && ::fchmod(file.get(), readable_by_all) == 0;
  if (is_whole && std::rename(anew.c_str(), path_.c_str()) == 0) return true;
  const int error = errno;
  ::unlink(anew.c_str());
  errno = error;
  return false;
}

}  // namespace wgaudit
