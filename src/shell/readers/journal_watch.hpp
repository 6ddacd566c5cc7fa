#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// What a reader that is a process of its own knows of the daemon's progress: how much of the
/// journal it may read, and when there may be more. The reader owns one and uses it on one thread;
/// it reads the synced mark and needs no other permission in the folder. An example:
///
///     for (JournalWatch watch(folder);; watch.wait(std::chrono::seconds(1))) {
///       tail.read_to(watch.synced(), taker);
///     }
///
/// It watches the mark alone with inotify(7). The folder would wake it for each write to the events
/// too, a thousand in a second of a flood, and before the journal is synced.
class JournalWatch {
 public:
  /// Never fails: a folder, a daemon or inotify that is not there leaves the time-out of `wait`.
  explicit JournalWatch(std::filesystem::path journal);

  /// The journal's last record that is on the disk; 0 as long as no daemon has said so.
  std::uint64_t synced();

  /// Waits until the mark was written since the last call of `synced`, `time_out` at most. Returns
  /// whether it was. A signal ends it, too.
  bool wait(std::chrono::milliseconds time_out);

 private:
  std::filesystem::path journal_;
  FileDescriptor inotify_;
  std::uint64_t synced_ = 0;  ///< Number that was read last.
};

}  // namespace wgaudit
