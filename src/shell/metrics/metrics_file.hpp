#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace wgaudit {

/// The file that the textfile collector of node_exporter reads. It is there whole or not at all, is
/// readable by all users, and is removed at the end, because nothing in it would show that it is
/// old.
class MetricsFile {
 public:
  /// `log` takes a line for the daemon's log: once per episode of failures, and when it ends.
  MetricsFile(std::filesystem::path path, std::function<void(std::string line)> log)
      : path_(std::move(path)), log_(std::move(log)) {}
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  ~MetricsFile();

  /// Replaces the file. It is not synced: another one is written soon.
  void write(std::string_view text);

  std::uint64_t failures() const { return failures_; }

 private:
  bool replace(std::string_view text) const;

  std::filesystem::path path_;
  std::function<void(std::string line)> log_;
  std::uint64_t failures_ = 0;
  bool is_failing_ = false;
};

}  // namespace wgaudit
