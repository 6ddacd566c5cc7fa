#include "shell/journal/segment_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

#include "shell/journal/segment_stream.hpp"
#include "shell/journal/segments.hpp"
#include "shell/journal/torn_tail.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

// What a disk takes and does not put down is kept, to be written anew. Then more has to wait.
constexpr std::size_t max_unsynced = 16U << 20U;

// Large enough that a disk writes it well, small beside the memory of a gateway.
constexpr std::uint64_t write_out_step = 8U << 20U;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  throw SetupError(fmt::format("{}: {}", path.string(), what), EX_IOERR);
}

/// The link of the stream's last record. A crash may have left a segment without any record.
Hash last_link(std::span<const Segment> segments, const WholePart& last) {
  std::string line = last.last_line;
  while (line.empty() && segments.size() > 1) {
    segments = segments.first(segments.size() - 1);
    line = last_line(segments.back().path);
  }
  return link_of(line).value_or(no_hash);
}

/// The lines, each with its link.
std::string chained(std::string_view lines, Chain& chain) {
  std::string text;
  while (!lines.empty()) {
    chain.append(take_until(lines, '\n'), text);
    text += '\n';
  }
  return text;
}

}  // namespace

SegmentWriter::SegmentWriter(std::filesystem::path folder, Stream stream)
    : folder_(std::move(folder)), stream_(stream) {}

StreamEnd SegmentWriter::open() {
  StreamEnd end;
  const auto segments = require_segments(folder_, stream_);
  if (segments.empty()) return end;
  if (segments.back().path.extension() != ".jsonl") {
    fail(segments.back().path, "the newest segment is compressed; only those before it may be");
  }
  path_ = segments.back().path;
  file_ = open_file(path_, O_RDWR);
  if (!file_.is_open()) fail(path_, fmt::format("cannot be opened: {}", error_text(errno)));
  const WholePart whole = read_whole_part(file_);
  size_ = whole.bytes;
  auto torn = read_behind(file_, whole);
  if (!torn) fail(path_, fmt::format("cannot be read: {}", error_text(errno)));
  torn_ = *std::move(torn);
  end.torn_bytes = torn_.size();
  end.torn = path_for_torn(torn_, path_, size_);
  written_out_ = size_;
  open_ = {segments.back().first_sequence, segments.back().first_sequence - 1};
  if (whole.last_sequence != 0) open_.last = whole.last_sequence;
  end.segment_bytes = size_;
  end.last_sequence = open_.last;
  chain_ = Chain(last_link(segments, whole));
  if (const auto record = parse_record(whole.last_line)) end.created = record->created;
  return end;
}

void SegmentWriter::cut() {
  if (!file_.is_open()) return;
  if (!set_aside(torn_, path_, size_)) {
    fail(path_for_torn(torn_, path_, size_),
         fmt::format("cannot be written: {}", error_text(errno)));
  }
  const bool is_cut = torn_.empty() || ::ftruncate(file_.get(), static_cast<off_t>(size_)) == 0;
  if (!is_cut || ::fdatasync(file_.get()) != 0) {
    fail(path_, fmt::format("cannot be cut to its last whole record: {}", error_text(errno)));
  }
  std::string().swap(torn_);
}

void SegmentWriter::look() {
  if (!file_.is_open() || is_at(file_, path_)) return;
  if (open_.last >= open_.first) vanished_.push_back(open_);
  std::string().swap(unsynced_);
  file_.reset();
}

bool SegmentWriter::append(const Batch& batch) {
  look();
  if (sync_failed_ && unsynced_.size() > max_unsynced && !sync()) return false;
  // A power loss can leave an empty one, whose name is that of a record that will never be in it.
  const bool is_misnamed = size_ == 0 && batch.first_sequence != open_.first;
  const bool needs_segment =
      !file_.is_open() || is_misnamed || (batch.begins_segment && size_ != 0);
  if (needs_segment && !begin_segment(batch.first_sequence)) return false;
  if (!(stream_ == Stream::events ? write(batch.lines) : append_journal(batch))) return false;
  if (stream_ == Stream::events) write_out();
  open_.last = batch.last_sequence;
  return true;
}

bool SegmentWriter::append_journal(const Batch& batch) {
  const bool is_sealed = batch.seal && sealer_ != nullptr && prepare_seal();
  Chain chain = chain_;
  std::string_view rest = batch.lines;
  const std::string lines = chained(
      is_sealed ? sealer_->seal(take_until(rest, '\n'), chain.head()) + '\n' : batch.lines, chain);
  if (!write(lines)) return false;
  chain_ = chain;
  if (is_sealed) sealer_->on_written({batch.last_sequence, chain.head()});
  unsynced_ += lines;
  return true;
}

/// The seal before may only wait for the disk: the end of a short run, or what a slow disk takes in
/// one go, is sealed all the same.
bool SegmentWriter::prepare_seal() {
  return sealer_->is_ready() || (sync() && sealer_->is_ready());
}

bool SegmentWriter::write(std::string_view lines) {
  if (!write_whole(file_, lines, size_)) return false;
  size_ += lines.size();
  return true;
}

bool SegmentWriter::sync() {
  if (!file_.is_open()) return true;
  if (sync_failed_ && !write_at(file_, unsynced_, size_ - unsynced_.size())) return false;
  sync_failed_ = ::fdatasync(file_.get()) != 0;
  if (sync_failed_) return false;
  std::string().swap(unsynced_);  // a burst would keep megabytes
  if (sealer_ != nullptr && stream_ == Stream::journal) sealer_->on_synced();
  return true;
}

std::vector<SequenceRange> SegmentWriter::take_vanished() {
  return std::exchange(vanished_, {});
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
  if (!sync() && stream_ == Stream::journal) return false;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  const auto path = segment_path(folder_, stream_, first_sequence);
  FileDescriptor file = open_file(path, O_RDWR | O_CREAT | O_EXCL);
  if (!file.is_open()) return false;
  sync_folder(folder_);
  if (file_.is_open() && size_ == 0) std::filesystem::remove(path_, error);
  file_ = std::move(file);
  path_ = path;
  size_ = 0;
  written_out_ = 0;
  open_ = {first_sequence, first_sequence - 1};
  if (sealer_ != nullptr && stream_ == Stream::events) sealer_->digest_events();
  return true;
}

}  // namespace wgaudit
