#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace wgaudit {

/// Shows on a terminal how far reading has come, in one line that is written over and erased at the
/// end: `42 % of 3815 MB, 310 MB/s`. Shows nothing in the first second. A command owns it, because
/// a journal of gigabytes takes verify and follow longer than a user waits without a sign.
class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `total`: bytes, where they are known. `write` is null where there is no terminal.
  Progress(std::optional<std::uint64_t> total, std::function<void(std::string_view)> write,
           std::function<Time()> now);
  ~Progress() { end(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts bytes that were read.
  void add(std::size_t bytes);

  /// Makes room for other output on the terminal.
  void erase();

  /// Shows nothing from now on.
  void end();

 private:
  void show(Time now);

  std::optional<std::uint64_t> total_;
  std::function<void(std::string_view)> write_;
  std::function<Time()> now_;
  Time begin_;
  Time next_;
  std::uint64_t bytes_ = 0;
  std::size_t shown_ = 0;  ///< Characters on the terminal.
};

}  // namespace wgaudit
