#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/readers/tail.hpp"
#include "shell/settings/log_format.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

struct TextLogOptions {
  std::filesystem::path path;              ///< File that is written.
  std::filesystem::path journal;           ///< Folder of the journal.
  std::optional<InterfaceName> interface;  ///< Interface that alone is shown, if one is.
  LogFormat format = LogFormat::compact;
};

/// The text audit log: a reader of the journal that writes wg_monitor's lines to a file and to
/// standard error. TextLogThread owns it and alone calls it, once the start of the daemon is over.
///
/// Its cursor is (sequence, inode, offset). After a crash the file is cut back to the offset and
/// what followed is rendered again, so that no line is missing and none is there twice. A file that
/// was rotated away meanwhile is left as it is; one that was removed is made anew. Where segments
/// of the journal are deleted before they are rendered, a line says so.
class TextLog {
 public:
  explicit TextLog(TextLogOptions options);

  /// Opens the file and takes up the cursor; where there is none, lines begin with the record
  /// `first_sequence`. Throws SetupError (exit code 74).
  void open(std::uint64_t first_sequence);

  /// Renders the records after the cursor that the journal has on the disk, up to `last_sequence`.
  /// False, with errno set, where the file did not take a line; the next call tries again with that
  /// line.
  bool catch_up(std::uint64_t last_sequence);

  /// Writes lines that belong to no record, each a warning of wg_monitor's at its start.
  void warn(const std::vector<std::string>& warnings, UtcTime now);

  /// Opens the file by its name anew, for logrotate; false, with errno set and the old file kept,
  /// where that failed. Writes wg_monitor's two lines about it.
  bool reopen(UtcTime now);

  /// Number of the record that is rendered next.
  std::uint64_t next_sequence() const { return tail_.next_sequence(); }

 private:
  bool write_line(const std::string& line);
  std::string line_for(UtcTime now, LogLevel level, std::string_view body) const;
  std::string line_for(const Tail::Gap& gap) const;
  bool open_path();
  void cut_crash_tail();
  bool is_crash_tail(std::uint64_t offset);
  void store_cursor();
  std::string cursor_note() const;

  TextLogOptions options_;
  FileDescriptor file_;
  Tail tail_;
  std::uint64_t inode_ = 0;   ///< Inode of the open file.
  std::uint64_t offset_ = 0;  ///< End of the last whole line.
  bool reopening_ = false;  ///< The line about SIGHUP is written, and the file not yet opened anew.
  bool failed_ = false;     ///< The last line was not written: a part of it may be.
};

}  // namespace wgaudit
