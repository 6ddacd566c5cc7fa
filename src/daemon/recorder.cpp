#include "daemon/recorder.hpp"

#include <utility>

namespace wgaudit {

Recorder::Recorder(AuditorOptions options, const Classifier& classifier, Batcher::Options batches,
                   BatchQueue& queue, Instant now)
    : auditor_(std::move(options), classifier, now), batcher_(std::move(batches), queue) {}

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

/// The record of a loss takes a number as any record does: refused, it is one more that was lost.
void Recorder::record_losses(const std::vector<NamedLoss>& losses, Instant now) {
  for (const auto& [reason, loss] : losses) {
    auditor_.on_loss(reason, loss, now, records_);
    batcher_.put(records_, now);
  }
}

/// The segment that ends is sealed first: the seal is the last record in it.
void Recorder::begin_segment(Instant now) {
  seal(now);
  auditor_.snapshot(now, records_);
  batcher_.put_snapshot(records_, now);
}

void Recorder::seal(Instant now) {
  auditor_.record_seal(now, records_);
  batcher_.put_seal(records_, now);
}

}  // namespace wgaudit
