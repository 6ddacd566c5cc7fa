#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace wgaudit {

/// How far a reader of the journal has come.
struct ReaderStatus {
  std::string name;          ///< Reader: text_log or hooks.
  std::uint64_t next = 0;    ///< Number of the record that it takes next.
  std::uint64_t behind = 0;  ///< Records of the journal, on the disk, that it has not taken.
};

/// The status of a reader that takes the record `next`, where `synced` is the journal's last record
/// on the disk.
inline ReaderStatus reader_status(std::string name, std::uint64_t next, std::uint64_t synced) {
  return {std::move(name), next, synced < next ? 0 : synced - next + 1};
}

}  // namespace wgaudit
