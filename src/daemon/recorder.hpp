#pragma once

#include "shell/journal/batch_queue.hpp"
#include "shell/journal/batcher.hpp"
#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/classify/classifier.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The auditor and the batcher that its records go to. Owned by the daemon, and used on its loop
/// alone. It has the auditor make what the batcher wants: losses, snapshots and seals.
class Recorder {
 public:
  Recorder(AuditorOptions options, const Classifier& classifier, Batcher::Options batches,
           BatchQueue& queue, Instant now);

  Auditor& auditor() { return auditor_; }
  const Auditor& auditor() const { return auditor_; }
  Batcher& batcher() { return batcher_; }

  /// Records that the auditor has made in this wake-up and that are not encoded yet.
  Records& records() { return records_; }

  /// Encodes the records, so that few are held at a time.
  void encode() { batcher_.add(records_); }

  /// Queues the records, and those that the batcher wants. Called at every wake-up, so that losses
  /// are recorded even if nothing else happens.
  void store(Instant now);

  /// Records the losses that are left, room or not, and seals the journal: the end of a run.
  void finish(Instant now);

 private:
  void record_losses(const std::vector<NamedLoss>& losses, Instant now);
  void begin_segment(Instant now);
  void seal(Instant now);

  Auditor auditor_;
  Records records_;
  Batcher batcher_;
};

}  // namespace wgaudit
