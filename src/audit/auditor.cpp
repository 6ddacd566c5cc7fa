#include "wgaudit/audit/auditor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "audit/identity_records.hpp"
#include "audit/peer_records.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/words.hpp"
#include "wgaudit/syslog/log_line.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours checkpoint_interval{1};

// Long enough that the interface that was missing is back, if it was only the list that was
// partial.
constexpr milliseconds confirm_delay{300};

std::string_view direction_of(const ClockStep& step) {
  return step.to > step.from ? "set_forward" : "set_back";
}

/// What wg_monitor counts: changes of a peer that it has seen before.
bool is_counted(const PeerChange& change) {
  return change.reason != PeerChange::Reason::first_seen && change.kind != PeerChange::Kind::roamed;
}

}  // namespace

Auditor::Auditor(AuditorOptions options, const Classifier& classifier, Instant start)
    : options_(std::move(options)),
      classifier_(classifier),
      roster_(options_.threshold, options_.grace),
      schedule_(options_.interval, options_.threshold, start.steady),
      completeness_(start.utc),
      checkpoint_due_(start.steady + checkpoint_interval),
      restored_(options_.boot_id),
      rejections_recorded_(start.utc),
      has_told_all_(!options_.tells_all_at_start) {}

void Auditor::restore(const Record& record) {
  if (record.stream() != Stream::journal) return;
  continue_from(Stream::journal, record.sequence, record.created);
  restored_.take(record);
  // Numbers of events that a record accounts for are used up, whatever is left on the disk.
  const auto* const loss = record.as<Loss>();
  if (loss != nullptr && loss->numbers && loss->numbers->stream == Stream::events) {
    events_sequence_ = std::max(events_sequence_, loss->numbers->last);
  }
  const bool is_of_this_boot = !record.boot_id.empty() && record.boot_id == options_.boot_id;
  if (is_of_this_boot && record.uptime) {
    wall_clock_.on_time({SteadyTime(*record.uptime), record.created});
  }
  if (const auto* const facts = record.as<CompletenessFacts>()) completeness_.restore(*facts);
}

void Auditor::continue_from(Stream stream, std::uint64_t last_sequence,
                            std::optional<UtcTime> created) {
  std::uint64_t& sequence = stream == Stream::journal ? journal_sequence_ : events_sequence_;
  sequence = std::max(sequence, last_sequence);
  if (stream == Stream::events) last_event_found_ = last_sequence;
  if (created) last_recorded_[static_cast<std::size_t>(stream)] = created;
}

void Auditor::on_start(MonitorFacts facts, Instant now, Records& records) {
  const auto step = wall_clock_.on_time(now);
  const auto dropped = restored_.hand_over(facts.module_load, now, wall_clock_, roster_, registry_);
  module_load_ = facts.module_load;
  if (facts.dynamic_debug == DynamicDebug::on) registry_.on_debug_enabled(now.awake());
  Record& record = add_record(Action::monitor_started, now.utc, now, records);
  record.message = fmt::format("monitor started, version {}", facts.version);
  record.body = std::move(facts);
  const auto last = std::max(last_recorded_[0], last_recorded_[1]);
  if (step) {
    record_step(direction_of(*step), *step, now, records);
  } else if (last > now.utc) {
    record_step("behind_journal", {*last, now.utc}, now, records);
  }
  if (last) on_loss(LossReason::monitor_down, {{}, last, now.utc, {}}, now, records);
  if (restored_.may_lack_events()) skip_lost_events(now, records);
  record_contradictions(dropped, now, records);
}

void Auditor::watch_clock(Instant now, Records& records) {
  if (const auto step = wall_clock_.on_time(now)) {
    record_step(direction_of(*step), *step, now, records);
  }
}

void Auditor::record_step(std::string_view reason, const ClockStep& step, Instant now,
                          Records& records) {
  Record& record = add_record(Action::clock_stepped, now.utc, now, records);
  record.reason = reason;
  record.body = step;
  record.message = words_for(step);
}

void Auditor::on_end(Instant now, Records& records) {
  record_losses(outages_.on_end(now.utc), now, records);
  record_rejections(now, records);
  record_attempts(attempts_.flush(), now, records);
  fold_loss(late_lines_.take(now, true));
  fold_unprinted(completeness_.judge_last(now));
  record_losses(losses_.flush(), now, records);
  record_contradictions(registry_.finish().contradictions, now, records);
  record_checkpoint(now, records);
}

void Auditor::on_stop(MonitorFacts facts, Instant now, Records& records) {
  on_end(now, records);
  Record& record = add_record(Action::monitor_stopped, now.utc, now, records);
  record.message = facts.signal ? fmt::format("monitor stopped by signal {}", *facts.signal)
                                : std::string("monitor stopped");
  record.body = std::move(facts);
}

void Auditor::on_datagram(std::string_view datagram, Instant now, Records& records) {
  ++counters_.received;
  const auto frame = frames_.read(datagram);
  frame ? on_frame(*frame, {now.utc, now}, records) : reject(to_text(frame.error()));
}

void Auditor::on_log_line(std::string_view line, DateReader read_date, Instant now,
                          Records& records) {
  ++counters_.received;
  const auto frame = parse_log_line(line);
  if (!frame) return reject(to_text(frame.error()));
  Times times{frame->timestamp, now};
  if (!times.happened && !frame->date.empty()) times.happened = read_date(frame->date, now.utc);
  on_frame(*frame, times, records);
}

void Auditor::on_frame(const FrameView& frame, const Times& times, Records& records) {
  auto line = kernel_line(frame);
  if (!line && line.error() != KernelLineError::not_kernel) return reject(to_text(line.error()));
  if (!line) {
    line = KernelLineView{};
    line->text = frame.message;
    if (frame.priority) line->severity = frame.priority->severity;
    // Only the kernel itself writes as facility kern; `kernel` under another one is another
    // program.
    if (frame.program == "kernel") return static_cast<void>(++counters_.ignored);
  }
  auto event = classifier_.classify({frame.program, line->severity, line->text});
  if (!event) return on_other_line(*line, times.now);
  on_event(*std::move(event), *line, times, records);
}

/// The last line of a flood shows as well as all of them how far the log has come.
void Auditor::on_other_line(const KernelLineView& line, Instant now) {
  ++counters_.ignored;
  if (line.stamp && (!other_line_ || *line.stamp > *other_line_->stamp)) {
    other_line_ = LineTimes{line.stamp, now, 0};
  }
}

void Auditor::on_event(KernelEvent event, const KernelLineView& kernel_line, const Times& times,
                       Records& records) {
  ++counters_.recorded;
  counters_.events[static_cast<std::size_t>(event.kind)] += kernel_line.repeated;
  HeardLine line{std::move(event)};
  line.received = times.now;
  line.repeated = kernel_line.repeated;
  line.sequence = ++events_sequence_;
  // This line itself shows how far the log has come.
  if (other_line_ && kernel_line.stamp >= other_line_->stamp) other_line_.reset();
  const LineTimes line_times{kernel_line.stamp, times.now, line.sequence};
  line.identity = registry_.on_line(line.event, line_times);
  line.printed = registry_.printed(line_times);
  hear(line, records);

  Record& record = records.emplace_back();
  record.sequence = line.sequence;
  record.timestamp = times.happened;
  record.created = times.now.utc;
  record.action = line.event.kind;
  record.interface = line.event.interface;
  auto& body = record.body.emplace<EventBody>();
  body.stamp = kernel_line.stamp;
  body.repeated = line.repeated;
  if (line.event.peer) body.peer = facts_of(*line.event.peer, std::move(line.identity));
  body.line = std::move(line.event);
  record_attempts(attempts_.take(times.now), times.now, records);
}

/// The registry has taken the line before: it says whose the line is and when it was printed. The
/// watchers do not know each other, so their order is free; they stand by what they serve: the next
/// dump, the peers' sessions, the judgement of dumps, and what is missing. Only the doubt that a
/// notice of lost lines raises has to come last: identities that it settles take over the notes
/// that this line has added to.
void Auditor::hear(const HeardLine& line, Records& records) {
  schedule_.on_line(line);
  note_peer_line(line);
  roster_.on_line(line.event, line.printed.steady);
  witnesses_.on_line(line);
  completeness_.on_line(line);
  fold_loss(late_lines_.on_line(line));
  attempts_.on_line(line);
  fold_loss(suppressions_.on_line(line));
  if (SuppressionLog::tells_of_lost_lines(line.event)) {
    record_findings(registry_.on_gap(line.received), line.received, records);
  }
}

void Auditor::note_peer_line(const HeardLine& line) {
  unsettled_.on_line(line);
  if (!line.identity.public_key) return;
  LineNotes* const notes = roster_.notes_of(line.event.interface, *line.identity.public_key);
  if (notes != nullptr) note_line(line, *notes);
}

PeerFacts Auditor::facts_of(PeerId id, Identity identity) const {
  PeerFacts facts;
  facts.id = id;
  facts.identity = identity.state;
  facts.public_key = identity.public_key;
  facts.candidates = std::move(identity.candidates);
  if (facts.public_key) facts.name = name_of(options_.names, *facts.public_key);
  return facts;
}

void Auditor::reject(std::string_view reason) {
  ++counters_.rejected[reason];
}

void Auditor::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable, DumpTimes times,
                      Records& records) {
  const Instant now = times.finished;
  ++counters_.dumps;
  watch_clock(now, records);
  record_losses(outages_.on_dump(unreadable, now.utc), now, records);
  const RosterChanges changes = roster_.on_dump(dump, unreadable, times.started, now, wall_clock_);
  record_roster(changes, now, records);
  record_start(changes.peers, now, records);
  completeness_.on_dump(changes.handshakes, times.started, wall_clock_);
  witnesses_.on_dump(dump, times.started.steady);
  attempts_.on_dump(dump, times.started, now, wall_clock_);
  record_attempts(attempts_.take(now), now, records);
  const std::uint64_t overlooked = attempts_.take_overlooked();
  if (overlooked != 0)
    on_loss(LossReason::attempts_overlooked, {overlooked, {}, {}, {}}, now, records);
  const std::uint64_t unfollowed = registry_.take_overlooked();
  if (unfollowed != 0)
    on_loss(LossReason::identities_overlooked, {unfollowed, {}, {}, {}}, now, records);
  registry_.on_dump(dump, times.started, now);
  schedule_after(dump, times);
  on_time(now, records);
}

void Auditor::schedule_after(const Dump& dump, DumpTimes times) {
  schedule_.on_dump(dump, times.started, times.finished, wall_clock_);
  const SteadyTime calm = registry_.calm_from();
  if (times.started.awake() < calm) {
    schedule_.ask(times.finished, std::chrono::ceil<milliseconds>(calm - times.finished.awake()));
  }
  if (roster_.is_in_doubt()) schedule_.ask(times.finished, confirm_delay);
}

void Auditor::on_dump_failure(DumpFailureKind kind, std::string_view detail, Instant now,
                              Records& records) {
  ++counters_.dump_failures;
  schedule_.on_failure(now);
  record_losses(outages_.on_failure(kind, detail, now.utc), now, records);
}

void Auditor::on_dump_cost(std::chrono::microseconds cpu, Instant now) {
  counters_.dump_cpu += cpu;
  schedule_.on_cost(cpu, now);
}

void Auditor::on_time(Instant now, Records& records) {
  watch_clock(now, records);
  if (other_line_) registry_.on_other_line(*std::exchange(other_line_, std::nullopt));
  record_findings(registry_.advance(now), now, records);
  fold_loss(late_lines_.take(now));
  fold_unprinted(completeness_.judge(registry_.drained_to(), now));
  record_losses(losses_.take(now), now, records);
  if (now.steady >= checkpoint_due_) record_checkpoint(now, records);
}

void Auditor::record_checkpoint(Instant now, Records& records) {
  checkpoint_due_ = now.steady + checkpoint_interval;
  for (const CompletenessFacts& facts : completeness_.take(now.utc)) {
    Record& record = add_record(Action::checkpoint, now.utc, now, records);
    record.message = words_for(facts);
    record.body = facts;
  }
}

void Auditor::record_seal(Instant now, Records& records) {
  Record& record = add_record(Action::checkpoint, now.utc, now, records);
  record.reason = seal_reason;
  record.message = "CHECKPOINT: the journal up to here";
}

void Auditor::on_gap(std::optional<std::uint64_t> module_load, Instant now, Records& records) {
  const bool is_same_load = std::exchange(module_load_, module_load) == module_load;
  record_findings(is_same_load ? registry_.on_gap(now) : registry_.on_unseen_load(), now, records);
}

void Auditor::record_findings(const Findings& findings, Instant now, Records& records) {
  fold_unseen(findings.unseen);
  record_contradictions(findings.contradictions, now, records);
  for (const Settlement& settlement : findings.settlements) {
    const PublicKey& key = settlement.public_key;
    LineNotes* const notes = roster_.notes_of(settlement.interface, key);
    if (notes != nullptr) unsettled_.settle(settlement.id, *notes);
    describe(settlement, name_of(options_.names, key), label_of(options_.names, key),
             add_record(Action::peer_identified, now.utc, now, records));
  }
}

void Auditor::record_contradictions(const std::vector<Contradiction>& contradictions, Instant now,
                                    Records& records) {
  for (const Contradiction& contradiction : contradictions) {
    describe(contradiction, add_record(Action::identity_contradicted, now.utc, now, records));
  }
}

SteadyTime Auditor::dump_due() const {
  return schedule_.due(roster_.next_expiry());
}

void Auditor::record_roster(const RosterChanges& changes, Instant now, Records& records) {
  for (const ConfigChange& change : changes.config) {
    describe(change, options_.names, add_record(Action::config_changed, change.when, now, records));
  }
  for (const InterfaceState& interface : changes.interfaces) {
    describe(interface, add_record(Action::snapshot, now.utc, now, records));
  }
  const std::vector<Witness> witnesses = witnesses_.of(changes.peers, now.steady);
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    record_change(changes.peers[i], witnesses[i], now, records);
  }
}

void Auditor::record_change(const PeerChange& change, Witness witness, Instant now,
                            Records& records) {
  if (is_counted(change)) ++counters_.changes;
  Record& record = add_record(action_of(change.kind), change.when, now, records);
  describe(change, options_.names, record);
  record.witness = witness;
  if (!change.ended) return;
  ++counters_.sessions_ended[change.reason];
  Record ended = record;
  describe_end(change, options_.names, ended);
  number(ended);
  records.push_back(std::move(ended));
}

void Auditor::record_attempts(const std::vector<Attempt>& attempts, Instant now, Records& records) {
  for (const Attempt& attempt : attempts) {
    describe(attempt, options_.names,
             add_record(Action::attempt, attempt.facts.last, now, records));
  }
}

Record Auditor::new_record(Action action, UtcTime when, Instant now) const {
  Record record;
  record.timestamp = when;
  record.created = now.utc;
  if (!options_.boot_id.empty()) record.uptime = now.steady.time_since_epoch();
  record.action = action;
  return record;
}

void Auditor::number(Record& record) {
  record.sequence = ++journal_sequence_;
  ++counters_.actions[static_cast<std::size_t>(std::get<Action>(record.action))];
}

/// The journal's next record, to be described. What was recorded by another setting of the wall
/// clock stands before the record of the step.
Record& Auditor::add_record(Action action, UtcTime when, Instant now, Records& records) {
  watch_clock(now, records);
  Record& record = records.emplace_back(new_record(action, when, now));
  number(record);
  return record;
}

}  // namespace wgaudit
