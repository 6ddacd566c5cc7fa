#include "shell/journal/batcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "wgaudit/record/record_json.hpp"

namespace wgaudit {
namespace {

// The segment that is being written is never deleted, so it must be a small part of the limit.
constexpr std::uint64_t events_parts = 8;

// A string with less capacity has no buffer of its own yet: it holds some bytes in itself.
constexpr std::size_t first_capacity = 64;

/// Whether a reader may act upon the record at once: it is synced before any reader gets it.
bool is_transition(const Record& record) {
  return record.is(Action::peer_online) || record.is(Action::peer_offline) ||
         record.is(Action::peer_removed) || record.is(Action::peer_roamed) ||
         record.is(Action::peer_added) || record.is(Action::monitor_started) ||
         record.is(Action::monitor_stopped);
}

}  // namespace

Batcher::Batcher(Options options, BatchQueue& queue)
    : options_(std::move(options)), queue_(queue), encoder_(options_.observer) {
  journal_.batch.stream = Stream::journal;
  events_.batch.stream = Stream::events;
}

void Batcher::continue_from(const StreamEnd& end, Stream stream, Instant now) {
  state_of(stream).segment_bytes = end.segment_bytes;
  state_of(stream).segment_began = now.steady;
}

void Batcher::add(Records& records) {
  for (const Record& record : records) encode(record);
  records.clear();
}

void Batcher::put(Records& records, Instant now) {
  add(records);
  flush(events_, now);
  flush(journal_, now);
  if (is_due(events_, now)) {
    events_.batch.begins_segment = true;
    events_.segment_bytes = 0;
  }
  if (!seal_due_) seal_due_ = now.steady + options_.seal_interval;
}

std::vector<NamedLoss> Batcher::take_losses(bool is_end) {
  std::vector<NamedLoss> losses;
  for (StreamState* const state : {&journal_, &events_}) {
    if (state->lost.empty() || !(is_end || queue_.has_room())) continue;
    losses.push_back(take_loss(*state));
  }
  return losses;
}

/// A segment without the snapshot at its head would leave the next start without the peers' state.
bool Batcher::wants_snapshot(Instant now) const {
  return (is_due(journal_, now) || needs_snapshot_) && queue_.has_room();
}

void Batcher::put_snapshot(Records& records, Instant now) {
  needs_snapshot_ = false;
  journal_.batch.begins_segment = true;
  add(records);
  flush(journal_, now);
  journal_.segment_bytes = 0;  // a snapshot larger than a segment must not be followed by another
  journal_.segment_began = now.steady;
}

bool Batcher::wants_seal(Instant now) const {
  return seal_due_ && now.steady >= *seal_due_ && queue_.has_room();
}

/// The checkpoint has a batch of its own, synced: the writer's thread knows what the seal covers.
void Batcher::put_seal(Records& records, Instant now) {
  seal_due_ = now.steady + options_.seal_interval;
  for (const Record& record : records) {
    if (&record == &records.back()) flush(journal_, now);
    encode(record);
  }
  records.clear();
  if (journal_.batch.count != 1) return;  // refused, and counted as lost
  journal_.batch.seal = journal_.batch.sync = true;
  flush(journal_, now);
}

void Batcher::encode(const Record& record) {
  StreamState& state = state_of(record.stream());
  Batch& batch = state.batch;
  const bool is_spared = record.stream() == Stream::events || is_transition(record) ||
                         record.is(Action::snapshot) || record.is(Action::evidence_lost);
  const Stored stored{record.sequence, record.action};
  if (!is_spared && queue_.is_crowded()) return lose(state, stored, record.created);
  if (batch.lines.capacity() < first_capacity) batch.lines = queue_.buffer();
  if (batch.count++ == 0) batch.first_sequence = record.sequence;
  batch.last_sequence = record.sequence;
  state.stored.push_back(stored);
  encoder_.append(record, batch.lines);
  batch.lines += '\n';
  batch.sync = batch.sync || is_transition(record);
}

bool Batcher::is_due(const StreamState& state, Instant now) const {
  if (state.segment_bytes == 0) return false;
  const bool events = state.batch.stream == Stream::events;
  const auto limit = events ? std::min(options_.segment_bytes, options_.events_bytes / events_parts)
                            : options_.segment_bytes;
  return state.segment_bytes >= limit || now.steady - state.segment_began >= options_.segment_age;
}

void Batcher::flush(StreamState& state, Instant now) {
  if (state.batch.count == 0) return;
  const Stream stream = state.batch.stream;
  const bool begins_segment = state.batch.begins_segment;
  const std::uint64_t bytes = state.batch.lines.size();
  Batch batch = std::exchange(state.batch, Batch{});
  state.batch.stream = stream;
  if (queue_.push(std::move(batch))) {
    if (state.segment_bytes == 0) state.segment_began = now.steady;
    state.segment_bytes += bytes;
  } else {
    state.batch.begins_segment = begins_segment;
    for (const Stored& record : state.stored) lose(state, record, now.utc);
  }
  state.stored.clear();
}

void Batcher::lose(StreamState& state, const Stored& record, UtcTime when) {
  if (state.lost.empty()) {
    state.lost_from = when;
    state.lost_numbers = {state.batch.stream, record.sequence, record.sequence};
  }
  ++state.lost[record.action];
  state.lost_numbers.first = std::min(state.lost_numbers.first, record.sequence);
  state.lost_numbers.last = std::max(state.lost_numbers.last, record.sequence);
  state.lost_to = when;
}

NamedLoss Batcher::take_loss(StreamState& state) {
  Loss loss{0, state.lost_from, state.lost_to, {}, {}, state.lost_numbers};
  for (const auto& [action, count] : std::exchange(state.lost, {})) {
    *loss.count += count;
    loss.detail += fmt::format("{}{} {}", loss.detail.empty() ? "" : ", ", to_text(action), count);
  }
  const bool is_journal = state.batch.stream == Stream::journal;
  return {is_journal ? LossReason::journal_overflow : LossReason::events_overflow, std::move(loss)};
}

}  // namespace wgaudit
