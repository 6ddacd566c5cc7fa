#include "wgaudit/audit/ledger.hpp"

#include <algorithm>
#include <utility>

#include "wgaudit/base/saturating.hpp"
#include "wgaudit/record/message.hpp"

namespace wgaudit {
namespace {

// More than can come until Linux has written what waits in memory, some 40 seconds
// (vm.dirty_expire, vm.dirty_writeback, ext4's commit): a processor takes well below a million a
// second.
constexpr std::uint64_t most_unsynced_events = 1U << 26U;

std::string_view direction_of(const ClockStep& step) {
  return step.to > step.from ? "set_forward" : "set_back";
}

}  // namespace

Ledger::Ledger(std::string boot_id, PeerNames names)
    : boot_id_(std::move(boot_id)), names_(std::move(names)) {}

void Ledger::restore(const Record& record) {
  continue_from(Stream::journal, record.sequence, record.created);
  // Numbers of events that a record accounts for are used up, whatever is left on the disk.
  const auto* const loss = record.as<Loss>();
  if (loss != nullptr && loss->numbers && loss->numbers->stream == Stream::events) {
    events_sequence_ = std::max(events_sequence_, loss->numbers->last);
  }
  const bool is_of_this_boot = !record.boot_id.empty() && record.boot_id == boot_id_;
  if (is_of_this_boot && record.uptime) {
    wall_clock_.on_time({SteadyTime(*record.uptime), record.created});
  }
}

void Ledger::continue_from(Stream stream, std::uint64_t last_sequence,
                           std::optional<UtcTime> created) {
  std::uint64_t& sequence = stream == Stream::journal ? journal_sequence_ : events_sequence_;
  sequence = std::max(sequence, last_sequence);
  if (stream == Stream::events) last_event_found_ = last_sequence;
  if (created) last_recorded_[static_cast<std::size_t>(stream)] = created;
}

void Ledger::watch_clock(Instant now, Records& records) {
  if (const auto step = look_at_clock(now)) record_step(*step, now, records);
}

void Ledger::record_step(const ClockStep& step, Instant now, Records& records) {
  record_step(direction_of(step), step, now, records);
}

void Ledger::record_step(std::string_view reason, const ClockStep& step, Instant now,
                         Records& records) {
  Record& record = add(Action::clock_stepped, now.utc, now, records);
  record.reason = reason;
  record.body = step;
  record.message = message_for(step);
}

Record& Ledger::add(Action action, UtcTime when, Instant now, Records& records) {
  watch_clock(now, records);
  Record& record = records.emplace_back(draft(action, when, now));
  number(record);
  return record;
}

void Ledger::add_loss(LossReason reason, Loss loss, Instant now, Records& records) {
  Record& record = add(Action::evidence_lost, now.utc, now, records);
  record.reason = to_text(reason);
  LossCount& count = counters_.losses[record.reason];
  ++count.records;
  count.lost = saturating_sum(count.lost, loss.count.value_or(0));
  record.message = message_for(record.reason, loss);
  record.body = std::move(loss);
}

void Ledger::add_losses(const std::vector<NamedLoss>& losses, Instant now, Records& records) {
  for (const auto& [reason, loss] : losses) {
    add_loss(reason, loss, now, records);
    records.back().timestamp = loss.to.value_or(now.utc);
  }
}

Record Ledger::draft(Action action, UtcTime when, Instant now) const {
  Record record;
  record.timestamp = when;
  record.created = now.utc;
  if (!boot_id_.empty()) record.uptime = now.steady.time_since_epoch();
  record.action = action;
  return record;
}

void Ledger::number(Record& record) {
  record.sequence = ++journal_sequence_;
  ++counters_.actions[static_cast<std::size_t>(std::get<Action>(record.action))];
}

/// How many were lost cannot be known. Records of the journal may name their numbers, which are
/// therefore not given out again; events between those that were found and such a record are lost
/// as well.
void Ledger::skip_lost_events(Instant now, Records& records) {
  const std::uint64_t first = last_event_found_ + 1;
  events_sequence_ += most_unsynced_events;
  const auto last = last_recorded_[static_cast<std::size_t>(Stream::events)];
  add_loss(LossReason::events_unsynced,
           {{}, last, now.utc, {}, {}, MissingNumbers{Stream::events, first, events_sequence_}},
           now, records);
}

std::optional<UtcTime> Ledger::last_recorded() const {
  return std::max(last_recorded_[0], last_recorded_[1]);
}

}  // namespace wgaudit
