#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace wgaudit {

/// Whether a file takes what is written to it. It makes the lines for the daemon's log: one when
/// writing begins to fail, and one when it works again.
class WriteHealth {
 public:
  bool refuses() const { return refuses_; }

  /// Whether the file refuses, and did so at `moment` already.
  bool refuses_since(std::chrono::steady_clock::time_point moment) const {
    return refuses_ && since_ <= moment;
  }

  /// Takes the result of a try, with its errno; returns the line to log, empty where nothing
  /// changed.
  std::string note(bool ok, int error, const std::filesystem::path& path);

 private:
  bool refuses_ = false;
  std::chrono::steady_clock::time_point since_;  ///< Time of the last change.
};

}  // namespace wgaudit
