#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "shell/journal/batch_queue.hpp"
#include "shell/journal/disk_guard.hpp"
#include "shell/journal/retention.hpp"
#include "shell/journal/segment_writer.hpp"
#include "shell/journal/write_health.hpp"
#include "shell/journal/writer_status.hpp"

namespace wgaudit {

/// Records that are no longer in the journal's folder, or are about to go.
struct Deletion {
  Stream stream;
  SequenceRange records;
  bool by_others;  ///< Another program removed the segment; false: the writer makes room.
};

/// The thread that writes the segments of both streams, so that the loop never waits for the disk.
/// The daemon owns it. It appends batches in the order of the queue, syncs the journal (at once
/// where a batch asks for it, within a second else), and then calls the listener: readers get only
/// what is on the disk. While a disk refuses, batches wait in the bounded queue, and the first of
/// them is tried again every second; where a disk is nearly full, only events wait.
class Writer : public BatchQueue {
 public:
  struct Options {
    std::filesystem::path journal;  ///< Folder of the segments.
    Retention::Limits limits;
    /// A disk that refuses for so long may be full of events: they are then deleted before the
    /// record about it is on the disk.
    std::chrono::milliseconds long_refusal = std::chrono::seconds(5);
    DiskGuard::Look disk_space = wgaudit::disk_space;  ///< Replaced by tests.
  };

  /// Receiver of the writer's reports; called on the writer's thread.
  struct Listener {
    /// Takes the number of the journal's last record that is on the disk.
    std::function<void(std::uint64_t last_sequence)> journal_written;
    std::function<void()> records_deleted;          ///< Has the listener call take_deleted.
    std::function<void(std::string line)> trouble;  ///< Takes a line for the daemon's log.
  };

  Writer(Options options, SegmentWriter& journal, SegmentWriter& events, Listener listener);
  ~Writer() { stop(); }

  /// Starts the thread; batches may be queued before.
  void start();

  bool push(Batch batch) override;
  bool is_crowded() override;
  bool has_room() override;
  std::string buffer() override;

  /// Waits until has_room; returns false where that takes longer than a second.
  bool wait_for_room();

  /// How writing went when the last batch was tried.
  WriterStatus status();

  /// Deletions since the last call, done by others or decided by the writer.
  std::vector<Deletion> take_deleted();

  /// Deletes a stream's records up to `last` as soon as the journal's record `record`, which says
  /// so, is on the disk. Events do not wait for a disk that has refused for long, since it may be
  /// full of them, unless the run ends.
  void delete_records(Stream stream, std::uint64_t last, std::uint64_t record);

  /// Has the writer decide on no more deletions: the next take_deleted returns the last ones.
  void stop_deleting();

  /// Writes what is queued, syncs the events, and looks for segments that others removed. Called
  /// before the last records of a run; waits some seconds at most. Returns whether all events are
  /// on the disk.
  bool settle();

  /// Writes what is queued, waiting a few seconds at most for a disk that refuses, and ends the
  /// thread. Returns how many records could not be written.
  std::uint64_t stop();

 private:
  bool join_last(Batch& batch);
  void keep_buffer(std::string buffer);
  void run();
  bool is_far_from_full() const;
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  void guard_disk();
  void write_all(std::deque<Batch>& batches, bool stopping);
  bool write(const Batch& batch);
  void sync_journal();
  void note_vanished(Stream stream, const std::vector<SequenceRange>& vanished);
  void remove_first(std::deque<Batch>& batches);
  void note_status();
  void condemn_oldest(Stream stream, std::uint64_t missing = 0);
  void delete_recorded(Stream stream);
  bool refuses_for_long() const;
  void settle_segments(bool is_all_written);
  bool report(WriteHealth& health, bool ok, const std::filesystem::path& path);

  Options options_;
  SegmentWriter& journal_;
  SegmentWriter& events_;
  Listener listener_;
  WriteHealth segments_health_;  ///< Health of appending to either stream.
  WriteHealth sync_health_;      ///< Health of syncing the journal.

  std::mutex mutex_;              // guards what follows
  std::condition_variable wake_;  ///< Wakes the thread.
  std::condition_variable room_;  ///< Wakes those that wait for room in the queue, or for settle.
  std::deque<Batch> queue_;
  bool has_queued_journal_ = false;
  std::uint64_t queued_bytes_ = 0;
  std::uint64_t queued_records_ = 0;
  WriterStatus status_;               ///< Status without the counts of the queue.
  std::vector<std::string> buffers_;  ///< Empty buffers of batches that were written.
  bool stopping_ = false;
  bool settling_ = false;
  bool is_settled_ = false;
  bool keep_records_ = false;      ///< No more deletions are decided.
  std::vector<Deletion> deleted_;  ///< Deletions that take_deleted has not returned.
  /// For each stream, the last record to delete, by the record that says so.
  std::array<std::map<std::uint64_t, std::uint64_t>, stream_count> deletions_by_record_;

  // used by the thread alone
  std::uint64_t last_written_bytes_ = 0;
  std::uint64_t appended_ = 0;  ///< The journal's last record that is in its segment.
  std::uint64_t synced_ = 0;    ///< The journal's last record that is on the disk.
  Retention retention_;
  DiskGuard guard_;
  bool holds_events_ = false;      ///< Events wait for room on the disk; this is logged.
  bool deletion_refused_ = false;  ///< Segments could not be deleted; this is logged.
  std::optional<std::chrono::steady_clock::time_point> sync_due_;  ///< Latest time of a sync.

  std::uint64_t unwritten_ = 0;  // written by the thread, read after it has ended
  std::thread thread_;
};

}  // namespace wgaudit
