#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "daemon/record_report.hpp"
#include "shell/intake/intake.hpp"
#include "shell/journal/batch_queue.hpp"
#include "shell/journal/batcher.hpp"
#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/classify/classifier.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The auditor and the batcher that its records go to. Owned by the daemon, and used on its loop
/// alone. What happens to the daemon becomes records here, which `deliver` queues for the disk at
/// the end of each wake-up. It has the auditor make what the batcher wants: losses, snapshots and
/// seals.
class Recorder {
 public:
  struct Options {
    AuditorOptions auditor;
    Batcher::Options batches;
    RecordReport::Options report = {};
  };

  Recorder(Options options, const Classifier& classifier, BatchQueue& queue, Instant now);

  Auditor& auditor() { return auditor_; }
  Batcher& batcher() { return batcher_; }

  /// Records made in this wake-up that are not encoded yet.
  Records& records() { return records_; }

  /// Takes a batch of datagrams, all of which were here at `received`.
  void on_datagrams(std::span<const std::string_view> datagrams, Instant received);

  /// Takes what a receiver noticed besides, but for a gap.
  void on_intake(Intake intake, Instant now);

  /// Takes a gap in what a receiver handed on.
  void on_gap(Instant now);

  void on_loss(LossReason reason, Loss loss, Instant now);

  /// Ends a wake-up: gives the auditor the time, and queues the records. Called once a second at
  /// least, so that losses are recorded even if nothing else happens.
  void deliver(Instant now);

  /// Queues the records, and those that the batcher wants.
  void store(Instant now);

  /// Records the losses that are left, room or not, and seals the journal: the end of a run.
  void finish(Instant now);

 private:
  void report(Instant now);
  void give_back_memory(Instant now);
  void record_losses(const std::vector<NamedLoss>& losses, Instant now);
  void begin_segment(Instant now);
  void seal(Instant now);

  Auditor auditor_;
  Records records_;
  Batcher batcher_;
  RecordReport report_;
  SteadyTime trim_due_{};
};

}  // namespace wgaudit
