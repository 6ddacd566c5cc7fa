#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shell/journal/segment_writer.hpp"
#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/record/event_encoder.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit {

/// The loop's side of storing: encodes records, decides where segments begin, and hands batches on.
/// What the queue does not take is counted and recorded as lost as soon as it takes something
/// again: events first, transitions last.
class Store {
 public:
  struct Options {
    Observer observer;
    std::uint64_t segment_bytes;
    std::chrono::hours segment_age;
    std::uint64_t events_bytes;  ///< Events segments are so small that their cap holds, too.
    std::chrono::hours seal_interval{1};
  };

  /// Where batches go (Writer).
  struct Queue {
    std::function<bool(Batch)> push;   ///< Takes a batch, or refuses it.
    std::function<bool()> is_crowded;  ///< Whether only transitions should be pushed.
    std::function<bool()> has_room;    ///< Whether there is so much room that a loss can be told.
    std::function<std::string()> buffer;  ///< One to encode into, empty, if possible used before.
  };

  Store(Options options, Auditor& auditor, Queue queue);

  /// The size that a stream's last segment already has; its age counts from now.
  void continue_from(const StreamEnd& end, Stream stream, Instant now);

  /// Encodes the records and clears them, so that few are held at a time. Stored by put.
  void add(Records& records);

  /// Stores the records and clears them. A journal segment that is full or old is followed by a new
  /// one that begins with a snapshot of every peer. Called at every wake-up, so that losses are
  /// told even if nothing else happens.
  void put(Records& records, Instant now);

  /// The open segment of the journal was begun anew, without a snapshot: another has to follow it.
  void on_removed_journal() { needs_snapshot_ = true; }

  /// The journal is sealed by keys of which no seal tells yet: behind the next records.
  void seal_soon() { seal_due_ = SteadyTime::min(); }

  /// Tells what was refused and is not told yet, room or not, and seals the journal: the end of a
  /// run.
  void finish(Instant now);

 private:
  /// What is told of a record if it is lost.
  struct Stored {
    std::uint64_t sequence;
    std::variant<Action, EventKind> action;
  };

  /// How many of what.
  using Tally = std::map<std::variant<Action, EventKind>, std::uint64_t>;

  struct StreamState {
    Batch batch;
    std::vector<Stored> stored;       ///< The batch's records.
    std::uint64_t segment_bytes = 0;  ///< Behind the snapshot at its head.
    SteadyTime segment_began{};
    Tally lost;  ///< Records refused since the last that was taken.
    MissingNumbers lost_numbers;
    UtcTime lost_from;
    UtcTime lost_to;
  };

  StreamState& state_of(Stream stream) { return stream == Stream::journal ? journal_ : events_; }
  void encode(const Record& record);
  void rotate(Instant now);
  void seal(Instant now);
  bool is_due(const StreamState& state, Instant now) const;
  void flush(StreamState& state, Instant now);
  static void lose(StreamState& state, const Stored& record, UtcTime when);
  void record_losses(Instant now);
  void record_loss(StreamState& state, Instant now);

  Options options_;
  Auditor& auditor_;
  Queue queue_;
  EventEncoder encoder_;
  StreamState journal_;
  StreamState events_;
  bool needs_snapshot_ = false;
  std::optional<SteadyTime> seal_due_;
};

}  // namespace wgaudit
