#include "shell/readers/text_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "shell/readers/wg_monitor_lines.hpp"
#include "shell/system/log.hpp"
#include "shell/system/privileges.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

struct Cursor {
  std::uint64_t next_sequence = 0;
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
};

// The cursor follows each batch of lines: a crash leaves no more than one behind it.
constexpr std::uint64_t max_crash_tail = 64U << 20U;

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto sequence = parse_number<std::uint64_t>(trim(take_until(text, '|')));
  const auto inode = parse_number<std::uint64_t>(trim(take_until(text, '|')));
  const auto offset = parse_number<std::uint64_t>(trim(text));
  if (!sequence || !inode || !offset) return std::nullopt;
  return Cursor{*sequence, *inode, *offset};
}

struct stat status_of(const FileDescriptor& file) {
  struct stat status {};
  ::fstat(file.get(), &status);
  return status;
}

[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
  const std::string reason = error == EWOULDBLOCK ? "another wgaudit writes it" : error_text(error);
  std::string cure = "name another with --log-path";
  if (error == EACCES) {
    cure = fmt::format("touch {0} && chown {1}: {0}, or {2}", path.string(),
                       name_of_user(::geteuid()), cure);
  }
  throw SetupError(
      fmt::format("{}: the audit log cannot be opened: {}; {}", path.string(), reason, cure),
      EX_IOERR);
}

}  // namespace

AuditLog::AuditLog(AuditLogOptions options) : options_(std::move(options)) {}

void AuditLog::open(std::uint64_t first_sequence) {
  if (!open_path()) refuse(options_.path, errno);
  cursor_.open(options_.journal / "audit-log.cursor", cursor_text(first_sequence));
  const auto cursor = parse_cursor(cursor_.text());
  if (cursor && cursor->inode == inode_ && cursor->offset < offset_ &&
      is_ours(cursor->next_sequence, cursor->offset)) {
    if (::ftruncate(file_.get(), static_cast<off_t>(cursor->offset)) != 0) {
      throw SetupError(fmt::format("{}: what a crash left cannot be cut off: {}",
                                   options_.path.string(), error_text(errno)),
                       EX_IOERR);
    }
    offset_ = cursor->offset;
  }
  reader_.emplace(options_.journal, Stream::journal,
                  cursor ? std::min(cursor->next_sequence, first_sequence) : first_sequence);
  store_cursor();
}

/// Whether the file holds behind `offset` what the records from `sequence` on would put there.
bool AuditLog::is_ours(std::uint64_t sequence, std::uint64_t offset) const {
  if (offset_ - offset > max_crash_tail) return false;
  std::string tail(offset_ - offset, '\0');
  const ssize_t size = ::pread(file_.get(), tail.data(), tail.size(), static_cast<off_t>(offset));
  if (size != static_cast<ssize_t>(tail.size())) return false;
  JournalReader reader(options_.journal, Stream::journal, sequence);
  std::string expected;
  while (expected.size() < tail.size()) {
    const auto record = reader.next();
    if (!record) return false;
    expected += lines_for(*record, reader);
  }
  return expected.starts_with(tail);
}

bool AuditLog::catch_up(std::uint64_t last_sequence) {
  if (!pending_.empty() && !write_line(pending_)) return false;
  pending_.clear();
  bool wrote = false;
  while (reader_->position() <= last_sequence) {
    const auto record = reader_->next();
    if (!record) break;
    wrote = true;
    pending_ = lines_for(*record, *reader_);
    pending_sequence_ = record->sequence;
    if (!pending_.empty() && !write_line(pending_)) return false;
    pending_.clear();
  }
  if (wrote) store_cursor();
  return true;
}

void AuditLog::warn(const std::vector<std::string>& warnings, UtcTime now) {
  for (const std::string& text : warnings) write_line(line_of(now, LogLevel::warning, text));
  store_cursor();
}

bool AuditLog::reopen(UtcTime now) {
  if (!reopening_) {
    write_line(line_of(now, LogLevel::info, "Received SIGHUP, reopening log file..."));
  }
  reopening_ = true;
  if (!open_path()) return false;
  reopening_ = false;
  write_line(line_of(now, LogLevel::info, "Log file reopened successfully."));
  store_cursor();
  return true;
}

bool AuditLog::write_line(const std::string& line) {
  const auto before = std::pair(inode_, offset_);
  if (is_removed(file_) && !open_path()) return false;
  const auto size = static_cast<std::uint64_t>(status_of(file_).st_size);
  const bool is_torn = std::exchange(failed_, true) && size > offset_;
  if (is_torn && ::ftruncate(file_.get(), static_cast<off_t>(offset_)) != 0) return false;
  if (!is_torn) offset_ = size;  // copytruncate, other writers
  // Or a crash behind this line would leave one that the cursor does not know of.
  if (before != std::pair(inode_, offset_)) store_cursor();
  if (!write_whole(file_, line, offset_)) return false;
  failed_ = false;
  offset_ += line.size();
  write_line_to_stderr(line);
  return true;
}

bool AuditLog::open_path() {
  FileDescriptor file = open_file(options_.path, O_RDWR | O_CREAT);
  if (!file.is_open()) return false;
  const struct stat status = status_of(file);
  if (file_.is_open() && status.st_ino == inode_) return true;
  const bool lockable = S_ISREG(status.st_mode);
  if (lockable && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  file_ = std::move(file);
  inode_ = status.st_ino;
  failed_ = false;
  offset_ = static_cast<std::uint64_t>(status.st_size);
  return true;
}

void AuditLog::store_cursor() {
  cursor_.store(cursor_text(next_sequence()));
}

std::string AuditLog::cursor_text(std::uint64_t next_sequence) const {
  return fmt::format("{}|{}|{}", next_sequence, inode_, offset_);
}

/// The record's line, if it has one here, behind that about records that were missed before it.
std::string AuditLog::lines_for(const Record& record, JournalReader& reader) const {
  std::string lines;
  if (const auto missed = reader.take_missed()) {
    lines = line_of(record.created, LogLevel::warning,
                    fmt::format("Records {} to {} are gone from the journal, and have no line here",
                                missed->first, missed->last));
  }
  const bool is_shown =
      !options_.interface || record.interface.empty() || record.interface == *options_.interface;
  return is_shown ? lines + text_line(record, options_.format) : lines;
}

std::string AuditLog::line_of(UtcTime now, LogLevel level, std::string_view body) const {
  return text_line(now, level, body, options_.format);
}

}  // namespace wgaudit
