#include "shell/readers/text_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "shell/readers/wg_monitor_lines.hpp"
#include "shell/system/log.hpp"
#include "shell/system/privileges.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// Where the lines of the records before the cursor end.
struct EndOfLines {
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
};

// The cursor is stored after each batch of lines: a crash leaves at most one batch after it.
constexpr std::uint64_t max_crash_tail = 64U << 20U;

/// Reads `INODE|OFFSET`.
std::optional<EndOfLines> parse_cursor_note(std::string_view text) {
  const auto inode = parse_number<std::uint64_t>(trim(take_until(text, '|')));
  const auto offset = parse_number<std::uint64_t>(trim(text));
  if (!inode || !offset) return std::nullopt;
  return EndOfLines{*inode, *offset};
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

TextLog::TextLog(TextLogOptions options)
    : options_(std::move(options)),
      tail_({options_.journal, options_.journal / "audit-log.cursor", options_.interface}) {}

void TextLog::open(std::uint64_t first_sequence) {
  if (!open_path()) refuse(options_.path, errno);
  tail_.open(first_sequence, cursor_note());
  cut_crash_tail();
  store_cursor();
}

void TextLog::cut_crash_tail() {
  const auto end = parse_cursor_note(tail_.note());
  if (!end || end->inode != inode_ || end->offset >= offset_ || !is_crash_tail(end->offset)) return;
  if (::ftruncate(file_.get(), static_cast<off_t>(end->offset)) != 0) {
    throw SetupError(fmt::format("{}: what a crash left cannot be cut off: {}",
                                 options_.path.string(), error_text(errno)),
                     EX_IOERR);
  }
  offset_ = end->offset;
}

/// Whether the file holds after `offset` what the records from the cursor on would put there, and
/// not lines of another writer.
bool TextLog::is_crash_tail(std::uint64_t offset) {
  if (offset_ - offset > max_crash_tail) return false;
  std::string found(offset_ - offset, '\0');
  const ssize_t size = ::pread(file_.get(), found.data(), found.size(), static_cast<off_t>(offset));
  if (size != static_cast<ssize_t>(found.size())) return false;
  std::string expected;
  const auto take = [&](const Tail::Entry& entry) {
    if (expected.size() >= found.size()) return Tail::Answer::not_taken;
    expected += text_line(entry.record, options_.format);
    return Tail::Answer::done;
  };
  const auto take_gap = [&](const Tail::Gap& gap) {
    expected += line_for(gap);
    return true;
  };
  tail_.read_to(std::numeric_limits<std::uint64_t>::max(), {take, take_gap});
  tail_.rewind();
  return expected.starts_with(found);
}

bool TextLog::catch_up(std::uint64_t last_sequence) {
  const auto take = [this](const Tail::Entry& entry) {
    const std::string line = text_line(entry.record, options_.format);
    return line.empty() || write_line(line) ? Tail::Answer::done : Tail::Answer::not_taken;
  };
  const auto take_gap = [this](const Tail::Gap& gap) { return write_line(line_for(gap)); };
  if (tail_.read_to(last_sequence, {take, take_gap}) == Tail::Stop::not_taken) return false;
  store_cursor();
  return true;
}

void TextLog::warn(const std::vector<std::string>& warnings, UtcTime now) {
  for (const std::string& text : warnings) write_line(line_for(now, LogLevel::warning, text));
  store_cursor();
}

bool TextLog::reopen(UtcTime now) {
  if (!reopening_) {
    write_line(line_for(now, LogLevel::info, "Received SIGHUP, reopening log file..."));
  }
  reopening_ = true;
  if (!open_path()) return false;
  reopening_ = false;
  write_line(line_for(now, LogLevel::info, "Log file reopened successfully."));
  store_cursor();
  return true;
}

bool TextLog::write_line(const std::string& line) {
  const auto before = std::pair(inode_, offset_);
  if (is_removed(file_) && !open_path()) return false;
  const auto size = static_cast<std::uint64_t>(status_of(file_).st_size);
  const bool is_torn = std::exchange(failed_, true) && size > offset_;
  if (is_torn && ::ftruncate(file_.get(), static_cast<off_t>(offset_)) != 0) return false;
  if (!is_torn) offset_ = size;  // copytruncate, other writers
  // Else a crash after this line would leave one that the cursor does not know of.
  if (before != std::pair(inode_, offset_)) store_cursor();
  if (!write_whole(file_, line, offset_)) return false;
  failed_ = false;
  offset_ += line.size();
  write_line_to_stderr(line);
  return true;
}

bool TextLog::open_path() {
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

void TextLog::store_cursor() {
  tail_.store(cursor_note());
}

std::string TextLog::cursor_note() const {
  return fmt::format("{}|{}", inode_, offset_);
}

std::string TextLog::line_for(const Tail::Gap& gap) const {
  return line_for(gap.noticed, LogLevel::warning,
                  fmt::format("Records {} to {} are gone from the journal, and have no line here",
                              gap.records.first, gap.records.last));
}

std::string TextLog::line_for(UtcTime now, LogLevel level, std::string_view body) const {
  return text_line(now, level, body, options_.format);
}

}  // namespace wgaudit
