#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/journal/journal_reader.hpp"
#include "shell/readers/cursor_file.hpp"
#include "shell/settings/log_format.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

struct AuditLogOptions {
  std::filesystem::path path;
  std::filesystem::path journal;           ///< Folder of the journal.
  std::optional<InterfaceName> interface;  ///< Only peers of this one.
  LogFormat format = LogFormat::compact;
};

/// The text audit log: a reader of the journal that writes wg_monitor's lines to a file and to
/// standard error.
///
/// Its cursor, beside the journal, is (sequence, inode, offset). After a crash the file is cut back
/// to the offset and what followed is rendered again, so no line is missing and none is there
/// twice. A file that was rotated away meanwhile is left as it is; one that was removed is made
/// anew. Where segments of the journal go before they are rendered, a line says so.
class AuditLog {
 public:
  explicit AuditLog(AuditLogOptions options);

  /// Opens the file and takes up the cursor; where there is none, lines begin with the record
  /// `first_sequence`. Throws SetupError (exit code 74).
  void open(std::uint64_t first_sequence);

  /// Renders the records beyond the cursor that the journal has on the disk, up to `last_sequence`.
  /// False, with errno set, where the file did not take a line; the next call tries again from
  /// there.
  bool catch_up(std::uint64_t last_sequence);

  /// Writes lines that are of no record, each a warning of wg_monitor's at its start.
  void warn(const std::vector<std::string>& warnings, UtcTime now);

  /// Opens the file by its name anew, for logrotate; false, with errno set and the old file kept,
  /// where that failed. Writes wg_monitor's two lines about it.
  bool reopen(UtcTime now);

  /// Number of the record that is rendered next.
  std::uint64_t next_sequence() const {
    return pending_.empty() ? reader_->position() : pending_sequence_;
  }

 private:
  bool write_line(const std::string& line);
  std::string line_of(UtcTime now, LogLevel level, std::string_view body) const;
  bool open_path();
  bool is_ours(std::uint64_t sequence, std::uint64_t offset) const;
  void store_cursor();
  std::string cursor_text(std::uint64_t next_sequence) const;
  std::string lines_for(const Record& record, JournalReader& reader) const;

  AuditLogOptions options_;
  FileDescriptor file_;
  CursorFile cursor_;
  std::uint64_t inode_ = 0;
  bool reopening_ = false;  ///< SIGHUP was told, and the file not yet opened anew.
  std::uint64_t offset_ = 0;
  bool failed_ = false;  ///< The last line was not written: a part of it may be.
  std::optional<JournalReader> reader_;
  std::string pending_;                 ///< Lines that were rendered and not yet written.
  std::uint64_t pending_sequence_ = 0;  ///< Of its record.
};

}  // namespace wgaudit
