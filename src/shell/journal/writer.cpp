#include "shell/journal/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "shell/system/clocks.hpp"

namespace wgaudit {
namespace {

// A flood of events must leave room for the journal, and the last of it is for transitions alone.
constexpr std::uint64_t max_queued_events = 32U << 20U;
constexpr std::uint64_t crowded = 48U << 20U;
constexpr std::uint64_t max_queued_journal = 64U << 20U;
constexpr std::chrono::seconds retry_interval{1};

// While one batch is written, the loop makes the next few; larger buffers, of a burst, are freed.
constexpr std::size_t max_buffers = 4;
constexpr std::size_t max_buffer = 512U << 10U;
// A power loss costs at most this much of the records that no reader acts upon at once.
constexpr std::chrono::seconds longest_unsynced{1};

constexpr int retries_when_stopping = 3;
constexpr std::chrono::seconds longest_wait{1};
constexpr std::chrono::seconds longest_settling{5};

// In a flood, a system call for every few events would cost more than the events themselves: after
// a large write, the thread lets a millisecond's worth of them gather.
constexpr std::uint64_t flood_bytes = 8192;
constexpr std::chrono::milliseconds gathering_time{1};

}  // namespace

Writer::Writer(Options options, SegmentWriter& journal, SegmentWriter& events, Listener listener)
    : options_(std::move(options)),
      journal_(journal),
      events_(events),
      listener_(std::move(listener)),
      retention_(options_.journal, options_.limits),
      guard_(options_.journal, options_.disk_space) {}

void Writer::start() {
  thread_ = std::thread([this] { run(); });
}

bool Writer::push(Batch batch) {
  const bool is_journal = batch.stream == Stream::journal;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t size = batch.lines.size();
    if (queued_bytes_ + size > (is_journal ? max_queued_journal : max_queued_events)) return false;
    queued_bytes_ += size;
    queued_records_ += batch.count;
    has_queued_journal_ = has_queued_journal_ || is_journal;
    const bool is_awaited = queue_.empty() || is_journal;
    if (!join_last(batch)) queue_.push_back(std::move(batch));
    if (!is_awaited) return true;
  }
  wake_.notify_one();
  return true;
}

/// Adds events to the batch at the end of the queue, so that a flood is written in few calls.
bool Writer::join_last(Batch& batch) {
  if (queue_.empty() || batch.begins_segment || batch.stream == Stream::journal) return false;
  Batch& last = queue_.back();
  if (last.stream != batch.stream || last.lines.size() + batch.lines.size() > max_buffer) {
    return false;
  }
  last.lines += batch.lines;
  last.last_sequence = batch.last_sequence;
  last.count += batch.count;
  keep_buffer(std::move(batch.lines));
  return true;
}

void Writer::keep_buffer(std::string buffer) {
  if (buffers_.size() == max_buffers || buffer.capacity() > max_buffer) return;
  buffer.clear();
  buffers_.push_back(std::move(buffer));
}

std::string Writer::buffer() {
  const std::lock_guard lock(mutex_);
  if (buffers_.empty()) return {};
  std::string buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

bool Writer::is_crowded() {
  const std::lock_guard lock(mutex_);
  return queued_bytes_ > crowded;
}

bool Writer::is_far_from_full() const {
  return queued_bytes_ < max_queued_events / 2;
}

bool Writer::has_room() {
  const std::lock_guard lock(mutex_);
  return is_far_from_full();
}

bool Writer::wait_for_room() {
  std::unique_lock lock(mutex_);
  return room_.wait_for(lock, longest_wait, [this] { return is_far_from_full(); });
}

WriterStatus Writer::status() {
  const std::lock_guard lock(mutex_);
  WriterStatus status = status_;
  status.waiting_records = queued_records_;
  status.waiting_bytes = queued_bytes_;
  return status;
}

std::vector<Deletion> Writer::take_deleted() {
  const std::lock_guard lock(mutex_);
  return std::exchange(deleted_, {});
}

void Writer::stop_deleting() {
  const std::lock_guard lock(mutex_);
  keep_records_ = true;
}

void Writer::delete_records(Stream stream, std::uint64_t last, std::uint64_t record) {
  const std::lock_guard lock(mutex_);
  deletions_by_record_[static_cast<std::size_t>(stream)][record] = last;
}

bool Writer::settle() {
  std::unique_lock lock(mutex_);
  settling_ = true;
  wake_.notify_one();
  return room_.wait_for(lock, longest_settling, [this] { return !settling_; }) && is_settled_;
}

std::uint64_t Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  return unwritten_;
}

void Writer::run() {
  std::deque<Batch> batches;
  int last_tries = retries_when_stopping;
  for (;;) {
    std::unique_lock lock(mutex_);
    wait_for_work(lock);
    const bool stopping = stopping_;
    const bool settling = settling_;
    std::move(queue_.begin(), queue_.end(), std::back_inserter(batches));
    queue_.clear();
    has_queued_journal_ = false;
    lock.unlock();

    guard_disk();
    write_all(batches, stopping);
    if (settling) settle_segments(batches.empty());
    note_status();
    if (!stopping) continue;
    if (sync_due_) sync_journal();
    const bool is_done = batches.empty() && !sync_due_;
    if (is_done || last_tries-- == 0) break;
    std::this_thread::sleep_for(retry_interval);
  }
  for (const Batch& batch : batches) unwritten_ += batch.count;
}

/// Segments that refuse are tried again after a while.
void Writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto is_called = [&] { return stopping_ || settling_; };
  const auto has_work = [&] { return is_called() || !queue_.empty(); };
  if (segments_health_.refuses()) {
    wake_.wait_for(lock, retry_interval, is_called);
  } else if (sync_health_.refuses()) {
    wake_.wait_for(lock, retry_interval, has_work);
  } else if (holds_events_) {  // they are joined in the queue, and need not wake the thread
    const auto retry = std::chrono::steady_clock::now() + retry_interval;
    wake_.wait_until(lock, std::min(retry, sync_due_.value_or(retry)),
                     [&] { return is_called() || has_queued_journal_; });
  } else {
    sync_due_ ? wake_.wait_until(lock, *sync_due_, has_work) : (wake_.wait(lock, has_work), true);
    if (last_written_bytes_ < flood_bytes) return;
    wake_.wait_for(lock, gathering_time, [&] { return is_called() || has_queued_journal_; });
  }
}

/// Holds events back on a disk that is nearly full: the rest of it is for the journal.
void Writer::guard_disk() {
  guard_.look(std::chrono::steady_clock::now());
  if (guard_.missing() != 0) condemn_oldest(Stream::events, guard_.missing());
  if (guard_.holds_events() == holds_events_) return;
  holds_events_ = guard_.holds_events();
  listener_.trouble(fmt::format("{}: {}", options_.journal.string(),
                                holds_events_ ? "the disk is nearly full; events wait, and the "
                                                "oldest are deleted, until there is room"
                                              : "there is room for events again"));
}

/// Writes from the front and removes what was written. Events that are held back are tried once
/// more when the run ends, after all else.
void Writer::write_all(std::deque<Batch>& batches, bool stopping) {
  const auto now = std::chrono::steady_clock::now();
  last_written_bytes_ = 0;
  if (holds_events_) {
    std::stable_partition(batches.begin(), batches.end(),
                          [](const Batch& batch) { return batch.stream == Stream::journal; });
  }
  while (!batches.empty()) {
    const Batch& batch = batches.front();
    if (holds_events_ && !stopping && batch.stream == Stream::events) break;
    if (!write(batch)) break;
    if (batch.stream == Stream::journal) {
      appended_ = batch.last_sequence;
      const auto due = batch.sync ? now : now + longest_unsynced;
      sync_due_ = std::min(sync_due_.value_or(due), due);
    }
    last_written_bytes_ += batch.lines.size();
    remove_first(batches);
  }
  if (sync_due_ && *sync_due_ <= now) sync_journal();
  if (refuses_for_long()) delete_recorded(Stream::events);
}

void Writer::sync_journal() {
  if (!report(sync_health_, journal_.sync(), journal_.path())) return;
  sync_due_.reset();
  synced_ = appended_;
  for (const Stream stream : {Stream::journal, Stream::events}) delete_recorded(stream);
  note_status();
  listener_.journal_written(synced_);
}

void Writer::settle_segments(bool is_all_written) {
  for (SegmentWriter* const writer : {&journal_, &events_}) {
    writer->look();
    note_vanished(writer == &journal_ ? Stream::journal : Stream::events, writer->take_vanished());
  }
  const bool is_synced = events_.sync();
  const std::lock_guard lock(mutex_);
  is_settled_ = is_synced && is_all_written;
  settling_ = false;
  room_.notify_all();
}

void Writer::note_status() {
  const std::lock_guard lock(mutex_);
  status_.journal_synced = synced_;
  status_.refuses = segments_health_.refuses() || sync_health_.refuses();
  status_.holds_events = holds_events_;
}

void Writer::remove_first(std::deque<Batch>& batches) {
  std::string lines = std::move(batches.front().lines);
  const std::uint64_t count = batches.front().count;
  batches.pop_front();
  const std::lock_guard lock(mutex_);
  queued_bytes_ -= lines.size();
  queued_records_ -= count;
  room_.notify_all();
  keep_buffer(std::move(lines));
}

bool Writer::write(const Batch& batch) {
  SegmentWriter& writer = batch.stream == Stream::journal ? journal_ : events_;
  // The first record of the run says with which number its events begin. If a power loss took it
  // and left events, the next run would use their numbers again. A sync that fails is not waited
  // for.
  const bool is_first_event = batch.stream == Stream::events && synced_ == 0 && sync_due_;
  if (is_first_event && !sync_health_.refuses()) sync_journal();
  const bool is_written = report(segments_health_, writer.append(batch), options_.journal);
  note_vanished(batch.stream, writer.take_vanished());
  if (!is_written) return false;
  if (batch.begins_segment) condemn_oldest(batch.stream);
  return true;
}

void Writer::note_vanished(Stream stream, const std::vector<SequenceRange>& vanished) {
  if (vanished.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    for (const SequenceRange& records : vanished) deleted_.push_back({stream, records, true});
  }
  listener_.records_deleted();
}

void Writer::condemn_oldest(Stream stream, std::uint64_t missing) {
  {
    const std::lock_guard lock(mutex_);
    if (keep_records_) return;
  }
  const auto records = retention_.condemn(stream, utc_now(), missing);
  if (!records) return;
  {
    const std::lock_guard lock(mutex_);
    deleted_.push_back({stream, *records, false});
  }
  listener_.records_deleted();
}

void Writer::delete_recorded(Stream stream) {
  auto& deletions = deletions_by_record_[static_cast<std::size_t>(stream)];
  std::uint64_t last = 0;
  std::uint64_t last_by = 0;
  {
    const std::lock_guard lock(mutex_);
    // A run that ends may not live to record what it deletes ahead of its record.
    const bool at_once = stream == Stream::events && refuses_for_long() && !keep_records_;
    for (const auto& [by, record] : deletions) {
      if (by > synced_ && !at_once) break;
      last = std::max(last, record);
      last_by = by;
    }
  }
  if (last == 0) return;
  const bool is_deleted = retention_.remove(stream, last);
  if (is_deleted) {
    const std::lock_guard lock(mutex_);
    deletions.erase(deletions.begin(), deletions.upper_bound(last_by));
  } else if (!deletion_refused_) {
    listener_.trouble(fmt::format("{}: old segments cannot be deleted: {}",
                                  options_.journal.string(), error_text(errno)));
  }
  deletion_refused_ = !is_deleted;
}

bool Writer::refuses_for_long() const {
  const auto before = std::chrono::steady_clock::now() - options_.long_refusal;
  return segments_health_.refuses_since(before) || sync_health_.refuses_since(before);
}

/// Logs where writing begins to fail or works again. Returns `ok`.
bool Writer::report(WriteHealth& health, bool ok, const std::filesystem::path& path) {
  std::string line = health.note(ok, errno, path);
  if (!line.empty()) listener_.trouble(std::move(line));
  return ok;
}

}  // namespace wgaudit
