#include "shell/journal/disk_guard.hpp"

#include <sys/statvfs.h>

#include <algorithm>

namespace wgaudit {
namespace {

constexpr std::chrono::seconds look_interval{1};
constexpr std::uint64_t most_kept = 128U << 20U;
constexpr std::uint64_t kept_part = 50;

}  // namespace

std::optional<DiskSpace> disk_space(const std::filesystem::path& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  return DiskSpace{status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize};
}

void DiskGuard::look(std::chrono::steady_clock::time_point now) {
  if (now < due_) return;
  due_ = now + look_interval;
  const auto space = look_(folder_);
  if (!space) return;
  const std::uint64_t kept = std::min(most_kept, space->total / kept_part);
  missing_ = kept - std::min(kept, space->free);
  holds_events_ = space->free < (holds_events_ ? kept / 4 * 3 : kept / 2);
}

}  // namespace wgaudit
