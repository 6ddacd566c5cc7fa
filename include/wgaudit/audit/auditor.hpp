#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/audit/attempts.hpp"
#include "wgaudit/audit/completeness.hpp"
#include "wgaudit/audit/counters.hpp"
#include "wgaudit/audit/dump_outages.hpp"
#include "wgaudit/audit/dump_schedule.hpp"
#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/audit/late_lines.hpp"
#include "wgaudit/audit/ledger.hpp"
#include "wgaudit/audit/line_notes.hpp"
#include "wgaudit/audit/loss_fold.hpp"
#include "wgaudit/audit/presence_recorder.hpp"
#include "wgaudit/audit/restored_state.hpp"
#include "wgaudit/audit/suppression_log.hpp"
#include "wgaudit/classify/classifier.hpp"
#include "wgaudit/identity/registry.hpp"
#include "wgaudit/record/peer_names.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/syslog/frame.hpp"
#include "wgaudit/syslog/kernel_line.hpp"

namespace wgaudit {

struct AuditorOptions {
  std::chrono::seconds interval{30};
  std::chrono::seconds threshold{180};
  PeerNames names;
  std::chrono::seconds grace{0};  ///< An absence shorter than this is none.
  std::string boot_id;  ///< This boot of the machine: what another one proved does not hold.
  bool tells_all_at_start = false;  ///< A snapshot of every peer follows the first dump.
};

/// The core's front door: datagrams, dumps and the time go in, records come out, and the time of
/// the next dump that is wanted. Deterministic: it reads no clock and touches nothing outside. Each
/// function appends what it has to say to `records`.
class Auditor {
 public:
  Auditor(AuditorOptions options, const Classifier& classifier, Instant start);

  /// Takes up where an earlier run ended: the records of its last journal segment, in order, before
  /// on_start.
  void restore(const Record& record);

  /// Number and time of the last record of a stream, which the next one follows on. Before
  /// on_start.
  void continue_from(Stream stream, std::uint64_t last_sequence, std::optional<UtcTime> created) {
    ledger_.continue_from(stream, last_sequence, created);
  }

  void on_start(MonitorFacts facts, Instant now, Records& records);
  void on_stop(MonitorFacts facts, Instant now, Records& records);

  /// Records what was folded and is not recorded yet: a run or a trace ends.
  void on_end(Instant now, Records& records);

  /// Takes one datagram as it was received.
  void on_datagram(std::string_view datagram, Instant now, Records& records);

  /// Takes a line of log text from disk. `read_date` reads a traditional date, which names neither
  /// year nor zone; an event without any time is recorded without.
  using DateReader = std::optional<UtcTime> (*)(std::string_view date, UtcTime now);
  void on_log_line(std::string_view line, DateReader read_date, Instant now, Records& records);

  /// Takes a good dump; `unreadable` are the interfaces that exist but could not be read.
  void on_dump(const Dump& dump, std::span<const InterfaceName> unreadable, DumpTimes times,
               Records& records);

  /// Takes a dump that failed. No peer's state changes; the episode is recorded when it begins and
  /// when it ends.
  void on_dump_failure(DumpFailureKind kind, std::string_view detail, Instant now,
                       Records& records);

  /// The processor's time that the last dump took, `wg` included: the next ones keep their
  /// distance.
  void on_dump_cost(std::chrono::microseconds cpu, Instant now);

  /// Takes which load of the module a line was about, as in MonitorFacts.
  void on_module_load(std::optional<std::uint64_t> load) { module_load_ = load; }

  /// Lines of any kind were lost between those that came and those that come now; which load of the
  /// module is there now.
  void on_gap(std::optional<std::uint64_t> module_load, Instant now, Records& records);

  /// The time, at every wake-up and at least once a second: lines are put in order and dumps judged
  /// with some delay, and a wall clock that was set is noticed.
  void on_time(Instant now, Records& records);

  /// Returns what is known of the peer that a kernel id belongs to, one fact a line.
  std::vector<std::string> explain(PeerId id) const { return registry_.explain(id); }

  /// Takes a loss that the shell saw, such as records that the disk did not take.
  void on_loss(LossReason reason, Loss loss, Instant now, Records& records);

  /// Counts datagrams that the shell refused for a reason, a literal, and did not hand on.
  void on_refused(std::string_view reason, std::uint64_t count);

  /// Takes what looks forged to the shell.
  void on_forgery(Forgery forgery, Instant now, Records& records);

  /// Records a checkpoint that the journal is to be sealed with: the last of the records.
  void record_seal(Instant now, Records& records);

  /// Records how many datagrams were rejected since the last time, and why; no record where none
  /// was.
  void record_rejections(Instant now, Records& records);

  /// Handshakes of a UTC day, as far as it has come; of today and yesterday.
  HandshakeCounts handshakes_of(std::chrono::sys_days day) const {
    return completeness_.of_day(day);
  }

  /// One record for each interface and each peer, as they are now; for the journal none of them has
  /// a number.
  void current_state(Instant now, Records& records) const {
    presence_.add_current_state(registry_, ledger_, now, records);
  }

  /// The current state as records of the journal, for the head of a segment.
  void snapshot_records(Instant now, Records& records);

  /// When a dump is wanted next. Changes with every call above.
  SteadyTime dump_due() const;

  const Counters& counters() const { return ledger_.counters(); }
  std::size_t peer_count() const { return presence_.roster().size(); }
  std::size_t online_count() const { return presence_.roster().online_count(); }

  /// Number of the last record of a stream, of this run or one before.
  std::uint64_t last_sequence(Stream stream) const { return ledger_.last_sequence(stream); }

 private:
  /// When something happened, and when it is recorded.
  struct Times {
    std::optional<UtcTime> happened;
    Instant now;
  };

  void on_frame(const FrameView& frame, const Times& times, Records& records);
  void on_event(KernelEvent event, const KernelLineView& kernel_line, const Times& times,
                Records& records);
  void hear(const HeardLine& line, Records& records);
  void on_other_line(const KernelLineView& line, Instant now);
  void reject(std::string_view reason);
  void note_peer_line(const HeardLine& line);
  void record_findings(const Findings& findings, Instant now, Records& records);
  void record_checkpoint(Instant now, Records& records);
  void schedule_after(const Dump& dump, DumpTimes times);

  const Classifier& classifier_;
  FrameReader frames_;
  Ledger ledger_;
  PresenceRecorder presence_;
  Registry registry_;
  UnsettledNotes unsettled_;
  DumpSchedule schedule_;
  Attempts attempts_;
  SuppressionLog suppressions_;
  LateLines late_lines_;
  Completeness completeness_;
  LossFold losses_;  ///< Losses of lines, reported by others or found here.
  SteadyTime checkpoint_due_;
  DumpOutages outages_;
  std::optional<LineTimes> other_line_;  ///< The latest line of another subsystem.
  RestoredState restored_;
  std::optional<std::uint64_t> module_load_;  ///< As it was reported last.
  std::map<std::string_view, std::uint64_t> recorded_rejections_;
  UtcTime rejections_recorded_;
};

}  // namespace wgaudit
