#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

namespace wgaudit {

/// Bytes of a file system that our user may still fill, and all of them.
struct DiskSpace {
  std::uint64_t free = 0;
  std::uint64_t total = 0;
};

/// By statvfs(3); nothing, with errno set, where it fails.
std::optional<DiskSpace> disk_space(const std::filesystem::path& folder);

/// Keeps room on the journal's disk: events, which anybody can cause, give way before it is full.
/// 2 % of the disk are kept free, 128 MiB at most. Below that the oldest events are to be deleted;
/// below half of it new ones are to wait.
class DiskGuard {
 public:
  using Look = std::function<std::optional<DiskSpace>(const std::filesystem::path&)>;

  explicit DiskGuard(std::filesystem::path folder, Look look = disk_space)
      : folder_(std::move(folder)), look_(std::move(look)) {}

  /// Looks, once a second at most. A disk that cannot be asked is taken for what it was before.
  void look(std::chrono::steady_clock::time_point now);

  /// Bytes that are to become free.
  std::uint64_t missing() const { return missing_; }

  /// Whether events are to wait, until three quarters of what is kept free are.
  bool holds_events() const { return holds_events_; }

 private:
  std::filesystem::path folder_;
  Look look_;
  std::chrono::steady_clock::time_point due_{};
  std::uint64_t missing_ = 0;
  bool holds_events_ = false;
};

}  // namespace wgaudit
