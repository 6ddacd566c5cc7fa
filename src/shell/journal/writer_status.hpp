#pragma once

#include <cstdint>

namespace wgaudit {

/// How the writing of records goes, after the last batch that was tried.
struct WriterStatus {
  std::uint64_t journal_synced = 0;   ///< The journal's last record that is on the disk.
  std::uint64_t waiting_records = 0;  ///< Records in the queue.
  std::uint64_t waiting_bytes = 0;    ///< Bytes in the queue.
  bool refuses = false;               ///< The disk takes nothing; it is tried again each second.
  bool holds_events = false;          ///< The disk is nearly full: what is left is for the journal.
};

}  // namespace wgaudit
