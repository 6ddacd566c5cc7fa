#include "shell/segment_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "shell/segments.hpp"
#include "wgaudit/audit/record_json.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

constexpr int exit_io = 74;

// Large enough that a disk writes it well, small beside the memory of a gateway.
constexpr std::uint64_t write_out_step = 8U << 20U;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  throw SetupError(fmt::format("{}: {}", path.string(), what), exit_io);
}

std::uint64_t file_size(const FileDescriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// The last line before `size`, without its end. A line can be long, so it is sought by doubling.
std::string last_line(const FileDescriptor& file, std::uint64_t size) {
  for (std::uint64_t length = 4096;; length *= 2) {
    const std::uint64_t start = size > length ? size - length : 0;
    std::string tail(size - start, '\0');
    if (::pread(file.get(), tail.data(), tail.size(), static_cast<off_t>(start)) < 0) return {};
    if (!tail.empty()) tail.pop_back();
    const auto line_end = tail.rfind('\n');
    if (line_end != std::string::npos) return tail.substr(line_end + 1);
    if (start == 0) return tail;
  }
}

}  // namespace

SegmentWriter::SegmentWriter(std::filesystem::path folder, Stream stream)
    : folder_(std::move(folder)), stream_(stream) {}

StreamEnd SegmentWriter::open() {
  StreamEnd end;
  const auto segments = list_segments(folder_, stream_);
  if (segments.empty()) return end;
  path_ = segments.back().path;
  file_ = open_file(path_, O_RDWR);
  if (!file_.is_open()) fail(path_, fmt::format("cannot be opened: {}", error_text(errno)));
  size_ = whole_lines_size(file_);
  end.segment_bytes = size_;
  written_out_ = size_;
  end.torn_bytes = file_size(file_) - size_;
  if (end.torn_bytes != 0 && ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) {
    fail(path_, fmt::format("cannot be cut to its last whole line: {}", error_text(errno)));
  }
  end.last_sequence = segments.back().first_sequence - 1;
  if (size_ == 0) return end;
  const auto record = parse_record(last_line(file_, size_));
  if (!record)
    fail(path_, fmt::format("its last line is no record ({}); move the file away", record.error()));
  end.last_sequence = record->sequence;
  end.created = record->created;
  return end;
}

bool SegmentWriter::append(const Batch& batch) {
  const bool needs_segment = !file_.is_open() || (batch.begins_segment && size_ != 0);
  if (needs_segment && !begin_segment(batch.first_sequence)) return false;
  if (!write_whole(file_, batch.lines, size_)) return false;
  size_ += batch.lines.size();
  if (stream_ == Stream::events) write_out();
  return true;
}

bool SegmentWriter::sync() {
  return !file_.is_open() || ::fdatasync(file_.get()) == 0;
}

/// Floods of events go to the disk while they come: else the journal's next sync waits for
/// gigabytes of them (ext4 orders data before its journal), and they push everybody's files out of
/// memory. Nothing waits here, and what a reader is about to read, the newest, stays.
void SegmentWriter::write_out() {
  if (size_ - written_out_ < write_out_step) return;
  const auto begin = static_cast<off_t>(written_out_);
  ::sync_file_range(file_.get(), begin, static_cast<off_t>(size_) - begin, SYNC_FILE_RANGE_WRITE);
  if (begin != 0) ::posix_fadvise(file_.get(), 0, begin, POSIX_FADV_DONTNEED);
  written_out_ = size_;
}

bool SegmentWriter::begin_segment(std::uint64_t first_sequence) {
  sync();
  const auto path = segment_path(folder_, stream_, first_sequence);
  FileDescriptor file = open_file(path, O_RDWR | O_CREAT | O_TRUNC);
  if (!file.is_open()) return false;
  const FileDescriptor folder = open_file(folder_, O_RDONLY | O_DIRECTORY);
  if (folder.is_open()) ::fsync(folder.get());  // the name must survive a power loss too
  file_ = std::move(file);
  path_ = path;
  size_ = 0;
  written_out_ = 0;
  return true;
}

}  // namespace wgaudit
