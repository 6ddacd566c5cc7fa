#include "daemon/recorder.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/this_machine.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_kept_records = 256;
constexpr std::chrono::seconds written_by_then{2};
constexpr std::chrono::minutes trim_interval{1};

/// Whether the record is of a load of the module. The copyright line that follows is no second one.
bool is_module_load(const Record& record) {
  const auto* const event = record.as<EventBody>();
  return event != nullptr && event->line.kind == EventKind::module_loaded &&
         !event->line.text.empty();
}

}  // namespace

Recorder::Recorder(Options options, const Classifier& classifier, BatchQueue& queue, Instant now)
    : auditor_(std::move(options.auditor), classifier, now),
      batcher_(std::move(options.batches), queue),
      report_(std::move(options.report)) {}

void Recorder::on_datagrams(std::span<const std::string_view> datagrams, Instant received) {
  for (const std::string_view datagram : datagrams) {
    auditor_.on_datagram(datagram, received, records_);
    report(received);
    batcher_.add(records_);  // while the record, which is large, is still in the cache
  }
}

void Recorder::on_intake(Intake intake, Instant now) {
  if (intake.dropped) on_loss(LossReason::socket_overflow, *std::move(intake.dropped), now);
  auditor_.on_refused(intake.refusal, intake.refused);
  if (intake.forgery) auditor_.on_forgery(*std::move(intake.forgery), now, records_);
}

void Recorder::on_gap(Instant now) {
  auditor_.on_gap(module_load_now(), now, records_);
}

void Recorder::on_loss(LossReason reason, Loss loss, Instant now) {
  auditor_.on_loss(reason, std::move(loss), now, records_);
}

void Recorder::deliver(Instant now) {
  auditor_.on_time(now, records_);
  report(now);
  report_.on_rejected(auditor_.counters().rejected);
  store(now);
  give_back_memory(now);
}

void Recorder::store(Instant now) {
  batcher_.put(records_, now);
  record_losses(batcher_.take_losses(), now);
  if (batcher_.wants_snapshot(now)) begin_segment(now);
  if (batcher_.wants_seal(now)) seal(now);
}

void Recorder::finish(Instant now) {
  record_losses(batcher_.take_losses(true), now);
  seal(now);
}

void Recorder::report(Instant now) {
  for (const Record& record : records_) {
    report_.on_record(record);
    if (!is_module_load(record)) continue;
    auditor_.on_module_load(module_load_now());
    report_.on_module_load(now);
  }
}

/// What a flood or the first dump of thousands of peers took is not wanted again, and would stay.
void Recorder::give_back_memory(Instant now) {
  if (records_.capacity() > max_kept_records) {
    records_.shrink_to_fit();
    trim_due_ = std::min(trim_due_, now.steady + written_by_then);
  }
  if (now.steady < trim_due_) return;
  trim_due_ = now.steady + trim_interval;
  ::malloc_trim(0);
}

/// The record of a loss takes a number as any record does: refused, it is one more that was lost.
void Recorder::record_losses(const std::vector<NamedLoss>& losses, Instant now) {
  for (const auto& [reason, loss] : losses) {
    on_loss(reason, loss, now);
    batcher_.put(records_, now);
  }
}

/// The segment that ends is sealed first: the seal is the last record in it.
void Recorder::begin_segment(Instant now) {
  seal(now);
  auditor_.snapshot_records(now, records_);
  batcher_.put_snapshot(records_, now);
}

void Recorder::seal(Instant now) {
  auditor_.record_seal(now, records_);
  batcher_.put_seal(records_, now);
}

}  // namespace wgaudit
