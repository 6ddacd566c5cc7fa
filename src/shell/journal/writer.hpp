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

#include "shell/journal/disk_guard.hpp"
#include "shell/journal/retention.hpp"
#include "shell/journal/segment_writer.hpp"
#include "shell/journal/write_health.hpp"
#include "shell/journal/writer_status.hpp"

namespace wgaudit {

/// Records that are no longer in the journal's folder.
struct Deletion {
  Stream stream;
  SequenceRange records;
  bool by_others;  ///< And not to make room for newer ones.
};

/// The writer thread: it alone waits for the disk. It appends batches to the segments, syncs the
/// journal - at once for what somebody may act upon, within a second for the rest - and then lets
/// its readers know: they hear only of what is on the disk. A disk that refuses is tried again
/// every second, in order, while batches wait in a bounded queue; where a disk is nearly full, only
/// events wait.
class Writer {
 public:
  struct Options {
    std::filesystem::path journal;
    Retention::Limits limits;
    /// A disk that refuses so long may be full of events.
    std::chrono::milliseconds long_refusal = std::chrono::seconds(5);
    DiskGuard::Look disk_space = wgaudit::disk_space;
  };

  /// What the writer tells; called on its thread.
  struct Listener {
    std::function<void(std::uint64_t last_sequence)> journal_written;  ///< Synced so far.
    std::function<void()> records_deleted;          ///< take_deleted tells which.
    std::function<void(std::string line)> trouble;  ///< Once per episode, and when it ends.
  };

  Writer(Options options, SegmentWriter& journal, SegmentWriter& events, Listener listener);
  ~Writer() { stop(); }

  /// Queues a batch; false, and the batch is not taken, where the queue is full. Events find it
  /// full long before the journal does.
  bool push(Batch batch);

  /// Whether what is left of the queue is for the journal's transitions alone.
  bool is_crowded();

  /// An empty buffer for the lines of a batch, if there is one that was written.
  std::string buffer();

  /// Waits until the queue is so far from full; false where it does not become so within a second.
  bool wait_for_room();

  /// Whether the queue is so far from full that what was lost meanwhile can be told.
  bool has_room();

  /// How writing goes: after the last batch that was tried.
  WriterStatus status();

  /// What was deleted, or is to be, since the last call.
  std::vector<Deletion> take_deleted();

  /// The journal's record `told` says that a stream's records up to `last` are deleted: when it is
  /// on the disk, they are. A disk that refuses for long is not waited for to delete events, since
  /// it may be full of them, unless the run ends.
  void delete_records(Stream stream, std::uint64_t last, std::uint64_t told);

  /// Decides on no more deletions, so that what take_deleted gives next is the last of it.
  void stop_deleting();

  /// Writes what is queued, syncs the events, and notes segments that were removed: before the last
  /// records of a run. Waits some seconds for it at most. Returns whether all events are on the
  /// disk.
  bool settle();

  /// Writes what is queued, waiting a few seconds at most for a disk that refuses, and ends the
  /// thread. Returns the records that could not be written.
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
  void delete_told(Stream stream);
  bool refuses_for_long() const;
  void settle_segments(bool is_all_written);
  bool report(WriteHealth& health, bool ok, const std::filesystem::path& path);

  Options options_;
  SegmentWriter& journal_;
  SegmentWriter& events_;
  Listener listener_;
  WriteHealth segments_health_;
  WriteHealth sync_health_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::condition_variable room_;
  std::deque<Batch> queue_;
  bool has_queued_journal_ = false;
  std::uint64_t queued_bytes_ = 0;
  std::uint64_t queued_records_ = 0;
  WriterStatus status_;               ///< But for what is queued.
  std::vector<std::string> buffers_;  ///< Of batches that were written.
  bool stopping_ = false;
  bool settling_ = false;
  bool is_settled_ = false;
  bool keep_records_ = false;
  std::vector<Deletion> deleted_;
  /// Of each stream, the last record to delete, by the record that tells.
  std::array<std::map<std::uint64_t, std::uint64_t>, 2> told_;

  // by the thread alone
  std::uint64_t last_written_bytes_ = 0;
  std::uint64_t appended_ = 0;  ///< The journal's last record in its segment,
  std::uint64_t synced_ = 0;    ///< and on the disk.
  Retention retention_;
  DiskGuard guard_;
  bool holds_events_ = false;      ///< And has told of it.
  bool deletion_refused_ = false;  ///< And has told of it.
  std::optional<std::chrono::steady_clock::time_point> sync_due_;

  std::uint64_t unwritten_ = 0;  // by the thread, read after it ended
  std::thread thread_;
};

}  // namespace wgaudit
