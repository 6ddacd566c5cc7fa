#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "shell/journal/batch_queue.hpp"
#include "shell/journal/segment_writer.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/record/record_encoder.hpp"

namespace wgaudit {

/// The loop's side of storing: encodes records, decides where segments begin, and queues batches
/// for the writer. What the queue refuses is counted as lost: events first, transitions last.
///
/// The batcher makes no records. It says which it wants next (take_losses, wants_snapshot,
/// wants_seal), and its owner has the auditor make them.
class Batcher {
 public:
  struct Options {
    Observer observer;
    std::uint64_t segment_bytes;
    std::chrono::hours segment_age;
    std::uint64_t events_bytes;  ///< Limit of all events; their segments are small parts of it.
    std::chrono::hours seal_interval{1};
  };

  Batcher(Options options, BatchQueue& queue);

  /// Takes the size that a stream's last segment already has; its age counts from now.
  void continue_from(const StreamEnd& end, Stream stream, Instant now);

  /// Encodes the records and clears them, so that few are held at a time. `put` queues them.
  void add(Records& records);

  /// Encodes and queues the records, and clears them.
  void put(Records& records, Instant now);

  /// Returns what the queue refused since the last call, one loss a stream, to be recorded now:
  /// nothing while the queue has no room, unless the run ends.
  std::vector<NamedLoss> take_losses(bool is_end = false);

  /// Whether the journal's next segment is to begin, with a snapshot at its head.
  bool wants_snapshot(Instant now) const;

  /// Begins a segment of the journal with the records, which tell the state of every peer.
  void put_snapshot(Records& records, Instant now);

  /// Whether the journal is to be sealed.
  bool wants_seal(Instant now) const;

  /// Queues the records; the last is the checkpoint that the journal is sealed with.
  void put_seal(Records& records, Instant now);

  /// Takes note that the journal's open segment was begun anew, without a snapshot.
  void on_removed_journal() { needs_snapshot_ = true; }

  /// Wants a seal after the next records: the journal has keys that no seal has named yet.
  void seal_soon() { seal_due_ = SteadyTime::min(); }

 private:
  /// What the record of a loss says of a record that was refused.
  struct Stored {
    std::uint64_t sequence;
    std::variant<Action, EventKind> action;
  };

  /// Counts of records by their action or kind.
  using Tally = std::map<std::variant<Action, EventKind>, std::uint64_t>;

  struct StreamState {
    Batch batch;
    std::vector<Stored> stored;       ///< Records of the batch.
    std::uint64_t segment_bytes = 0;  ///< Bytes of the open segment after its snapshot.
    SteadyTime segment_began{};
    Tally lost;  ///< Records refused since the last call of take_losses.
    MissingNumbers lost_numbers;
    UtcTime lost_from;
    UtcTime lost_to;
  };

  StreamState& state_of(Stream stream) { return stream == Stream::journal ? journal_ : events_; }
  void encode(const Record& record);
  bool is_due(const StreamState& state, Instant now) const;
  void flush(StreamState& state, Instant now);
  static void lose(StreamState& state, const Stored& record, UtcTime when);
  static NamedLoss take_loss(StreamState& state);

  Options options_;
  BatchQueue& queue_;
  RecordEncoder encoder_;
  StreamState journal_;
  StreamState events_;
  bool needs_snapshot_ = false;
  std::optional<SteadyTime> seal_due_;
};

}  // namespace wgaudit
