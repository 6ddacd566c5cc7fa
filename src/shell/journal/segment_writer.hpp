#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/journal/sealer.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/integrity/chain.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Lines of one stream, encoded, on their way to its segments.
struct Batch {
  Stream stream = Stream::journal;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;  ///< Numbers of records that were lost are missing between.
  std::uint64_t count = 0;
  bool begins_segment = false;
  bool sync = false;  ///< Transitions are on the disk before anybody hears of them.
  bool seal = false;  ///< The one record seals the journal.
  std::string lines;
};

/// What was found of a stream when it was opened.
struct StreamEnd {
  std::uint64_t last_sequence = 0;  ///< Number of the last record; 0: there is none.
  std::optional<UtcTime> created;   ///< When that record was created.
  std::uint64_t segment_bytes = 0;  ///< Size of the last segment, after the cut.
  std::uint64_t torn_bytes =
      0;  ///< Bytes after the last whole record, which a crash left: to be cut off.
  std::filesystem::path
      torn;  ///< File that keeps these bytes; empty for the beginning of a line or zeros.
};

/// Appends to the segments of one stream, the journal's lines as a chain. Used by one thread at a
/// time.
class SegmentWriter {
 public:
  SegmentWriter(std::filesystem::path folder, Stream stream);

  /// Before the first append.
  void seal_with(Sealer& sealer) { sealer_ = &sealer; }

  /// Opens the last segment and finds its last whole record; changes nothing. Throws SetupError
  /// (exit code 74) where the folder or a file cannot be used.
  StreamEnd open();

  /// Cuts off what a crash left behind the last whole record, and syncs what is before it: readers
  /// hear only of what is on the disk. Before the first append, when nothing else can keep the run
  /// from recording that it did. Throws SetupError (exit code 74).
  void cut();

  /// Appends the batch whole or not at all; false, with errno set, where that failed. Where the
  /// open segment has vanished from the folder, another is begun.
  bool append(const Batch& batch);

  /// Puts what was appended on the disk; false, with errno set, where that failed. What a disk did
  /// not take is written anew by the next call: the kernel tells of it only once and forgets.
  bool sync();

  /// Notes where the open segment has vanished from the folder.
  void look();

  /// The records of segments that somebody removed while they were written to, since the last call.
  std::vector<SequenceRange> take_vanished();

  const std::filesystem::path& path() const { return path_; }

 private:
  bool append_journal(const Batch& batch);
  bool prepare_seal();
  bool write(std::string_view lines);
  bool begin_segment(std::uint64_t first_sequence);
  void write_out();

  std::filesystem::path folder_;
  Stream stream_;
  std::filesystem::path path_;  ///< Path of the open segment.
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::string torn_;               ///< Bytes after the last whole record, until they are cut off.
  std::uint64_t written_out_ = 0;  ///< Size of the part whose writing to the disk has begun.
  Chain chain_;                    ///< Chain of the journal, as far as it is written.
  Sealer* sealer_ = nullptr;
  std::string unsynced_;  ///< The journal's last bytes, not yet synced.
  bool sync_failed_ = false;
  SequenceRange open_;  ///< The records of the open segment.
  std::vector<SequenceRange> vanished_;
};

}  // namespace wgaudit
