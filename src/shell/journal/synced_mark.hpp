#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// The number of the journal's last record that is on the disk, in the file `journal.synced` beside
/// it. Readers in other processes wait for a change of this file (JournalWatch) and act on nothing
/// after that record: the segment may hold lines that a power loss would take away again.
///
/// The daemon owns it and stores each number after the fdatasync(2) that it reports, on the thread
/// of that call; so the mark is never ahead of the disk, and need not be synced itself.
class SyncedMark {
 public:
  explicit SyncedMark(const std::filesystem::path& journal);

  /// Stores a number; a file that is not there is made. A number that cannot be stored is not:
  /// readers then wait for the next one.
  void store(std::uint64_t synced);

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

/// Path of the mark in the journal's folder.
std::filesystem::path synced_mark_path(const std::filesystem::path& journal);

/// The number that the daemon stored last; nothing where there is none, or where it is just being
/// written.
std::optional<std::uint64_t> read_synced_mark(const std::filesystem::path& journal);

}  // namespace wgaudit
