#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "shell/journal/segments.hpp"
#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// Decides which segments go, the oldest, and deletes them when that is told. The newest of the
/// events stays, and the newest two of the journal, which a start reads.
class Retention {
 public:
  struct Limits {
    std::uint64_t events_bytes = UINT64_MAX;
    std::uint64_t journal_bytes = 0;    ///< 0: no limit.
    std::chrono::days journal_days{0};  ///< Since the last record of the segment; 0: no limit.
  };

  Retention(std::filesystem::path journal, Limits limits)
      : journal_(std::move(journal)), limits_(limits) {}

  /// The records that are to go and were not returned before; nothing where there are none. By age
  /// one segment at a call: a clock that is wrong for an hour must not cost years. `missing`: bytes
  /// that have to become free, limit or not.
  std::optional<SequenceRange> condemn(Stream stream, UtcTime now, std::uint64_t missing = 0);

  /// Deletes the segments that hold records up to this one. Of the journal's, the seals and the
  /// last line are kept (seals_path), by which what remains is still verified. False, with errno
  /// set, where they cannot be kept, the folder cannot be read or a segment cannot be deleted; then
  /// segments are still there.
  bool remove(Stream stream, std::uint64_t last_sequence) const;

 private:
  bool is_too_old(const Segment& segment, UtcTime now) const;

  std::filesystem::path journal_;
  Limits limits_;
  std::array<std::uint64_t, stream_count>
      condemned_{};  ///< Each stream's last record that is to go.
};

}  // namespace wgaudit
