#include "wgaudit/audit/auditor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "audit/identity_records.hpp"
#include "audit/peer_records.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/message.hpp"
#include "wgaudit/syslog/log_line.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours checkpoint_interval{1};

// Long enough that the interface that was missing is back, if it was only the list that was
// partial.
constexpr milliseconds confirm_delay{300};

void fold(const std::optional<NamedLoss>& loss, LossFold& losses) {
  if (loss) losses.add(loss->reason, loss->loss);
}

void fold_unprinted(const std::vector<Loss>& handshakes, LossFold& losses) {
  for (const Loss& handshake : handshakes) losses.add(LossReason::handshake_not_printed, handshake);
}

void fold_unseen(const std::vector<UnseenPeers>& unseen, LossFold& losses) {
  for (const UnseenPeers& peers : unseen) {
    const auto first = static_cast<std::uint64_t>(peers.first);
    const auto last = static_cast<std::uint64_t>(peers.last);
    const Loss loss{last - first + 1, peers.from, peers.to,
                    fmt::format("Peer {} to {} created", first, last)};
    losses.add(LossReason::lines_missing, loss);
  }
}

PeerFacts facts_of(PeerId id, Identity identity, const PeerNames& names) {
  PeerFacts facts;
  facts.id = id;
  facts.identity = identity.state;
  facts.public_key = identity.public_key;
  facts.candidates = std::move(identity.candidates);
  if (facts.public_key) facts.name = name_of(names, *facts.public_key);
  return facts;
}

void record_attempts(const std::vector<Attempt>& attempts, Instant now, Ledger& ledger,
                     Records& records) {
  for (const Attempt& attempt : attempts) {
    describe(attempt, ledger.names(),
             ledger.add(Action::attempt, attempt.facts.last, now, records));
  }
}

void record_contradictions(const std::vector<Contradiction>& contradictions, Instant now,
                           Ledger& ledger, Records& records) {
  for (const Contradiction& contradiction : contradictions) {
    describe(contradiction, ledger.add(Action::identity_contradicted, now.utc, now, records));
  }
}

}  // namespace

Auditor::Auditor(AuditorOptions options, const Classifier& classifier, Instant start)
    : classifier_(classifier),
      ledger_(options.boot_id, std::move(options.names)),
      presence_(options.threshold, options.grace, options.tells_all_at_start),
      schedule_(options.interval, options.threshold, start.steady),
      completeness_(start.utc),
      checkpoint_due_(start.steady + checkpoint_interval),
      restored_(std::move(options.boot_id)),
      rejections_recorded_(start.utc) {}

void Auditor::restore(const Record& record) {
  if (record.stream() != Stream::journal) return;
  ledger_.restore(record);
  restored_.take(record);
  if (const auto* const facts = record.as<CompletenessFacts>()) completeness_.restore(*facts);
}

void Auditor::on_start(MonitorFacts facts, Instant now, Records& records) {
  const auto step = ledger_.look_at_clock(now);
  const auto dropped = restored_.hand_over(facts.module_load, now, ledger_.wall_clock(),
                                           presence_.roster(), registry_);
  module_load_ = facts.module_load;
  if (facts.dynamic_debug == DynamicDebug::on) registry_.on_debug_enabled(now.awake());
  Record& record = ledger_.add(Action::monitor_started, now.utc, now, records);
  record.message = fmt::format("monitor started, version {}", facts.version);
  record.body = std::move(facts);
  const auto last = ledger_.last_recorded();
  if (step) {
    ledger_.record_step(*step, now, records);
  } else if (last > now.utc) {
    ledger_.record_step("behind_journal", {*last, now.utc}, now, records);
  }
  if (last) ledger_.add_loss(LossReason::monitor_down, {{}, last, now.utc, {}}, now, records);
  if (restored_.may_lack_events()) ledger_.skip_lost_events(now, records);
  record_contradictions(dropped, now, ledger_, records);
}

void Auditor::on_end(Instant now, Records& records) {
  ledger_.add_losses(outages_.on_end(now.utc), now, records);
  record_rejections(now, records);
  record_attempts(attempts_.flush(), now, ledger_, records);
  fold(late_lines_.take(now, true), losses_);
  fold_unprinted(completeness_.judge_last(now), losses_);
  ledger_.add_losses(losses_.flush(), now, records);
  record_contradictions(registry_.finish().contradictions, now, ledger_, records);
  record_checkpoint(now, records);
}

void Auditor::on_stop(MonitorFacts facts, Instant now, Records& records) {
  on_end(now, records);
  Record& record = ledger_.add(Action::monitor_stopped, now.utc, now, records);
  record.message = facts.signal ? fmt::format("monitor stopped by signal {}", *facts.signal)
                                : std::string("monitor stopped");
  record.body = std::move(facts);
}

void Auditor::on_datagram(std::string_view datagram, Instant now, Records& records) {
  ++ledger_.counters().received;
  const auto frame = frames_.read(datagram);
  frame ? on_frame(*frame, {now.utc, now}, records) : reject(to_text(frame.error()));
}

void Auditor::on_log_line(std::string_view line, DateReader read_date, Instant now,
                          Records& records) {
  ++ledger_.counters().received;
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
    if (frame.program == "kernel") return static_cast<void>(++ledger_.counters().ignored);
  }
  auto event = classifier_.classify({frame.program, line->severity, line->text});
  if (!event) return on_other_line(*line, times.now);
  on_event(*std::move(event), *line, times, records);
}

/// The last line of a flood shows as well as all of them how far the log has come.
void Auditor::on_other_line(const KernelLineView& line, Instant now) {
  ++ledger_.counters().ignored;
  if (line.stamp && (!other_line_ || *line.stamp > *other_line_->stamp)) {
    other_line_ = LineTimes{line.stamp, now, 0};
  }
}

void Auditor::on_event(KernelEvent event, const KernelLineView& kernel_line, const Times& times,
                       Records& records) {
  ++ledger_.counters().recorded;
  ledger_.counters().events[static_cast<std::size_t>(event.kind)] += kernel_line.repeated;
  HeardLine line{std::move(event)};
  line.received = times.now;
  line.repeated = kernel_line.repeated;
  line.sequence = ledger_.number_event();
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
  if (line.event.peer) {
    body.peer = facts_of(*line.event.peer, std::move(line.identity), ledger_.names());
  }
  body.line = std::move(line.event);
  record_attempts(attempts_.take(times.now), times.now, ledger_, records);
}

/// The registry has taken the line before: it says whose the line is and when it was printed. The
/// watchers do not know each other, so their order is free; they stand by what they serve: the next
/// dump, the peers' sessions, the judgement of dumps, and what is missing. Only the doubt that a
/// notice of lost lines raises has to come last: identities that it settles take over the notes
/// that this line has added to.
void Auditor::hear(const HeardLine& line, Records& records) {
  schedule_.on_line(line);
  note_peer_line(line);
  presence_.on_line(line);
  completeness_.on_line(line);
  fold(late_lines_.on_line(line), losses_);
  attempts_.on_line(line);
  fold(suppressions_.on_line(line), losses_);
  if (SuppressionLog::tells_of_lost_lines(line.event)) {
    record_findings(registry_.on_gap(line.received), line.received, records);
  }
}

void Auditor::note_peer_line(const HeardLine& line) {
  unsettled_.on_line(line);
  if (!line.identity.public_key) return;
  LineNotes* const notes =
      presence_.roster().notes_of(line.event.interface, *line.identity.public_key);
  if (notes != nullptr) note_line(line, *notes);
}

void Auditor::reject(std::string_view reason) {
  ++ledger_.counters().rejected[reason];
}

void Auditor::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable, DumpTimes times,
                      Records& records) {
  const Instant now = times.finished;
  ++ledger_.counters().dumps;
  ledger_.watch_clock(now, records);
  ledger_.add_losses(outages_.on_dump(unreadable, now.utc), now, records);
  const auto handshakes = presence_.on_dump(dump, unreadable, times, registry_, ledger_, records);
  completeness_.on_dump(handshakes, times.started, ledger_.wall_clock());
  attempts_.on_dump(dump, times.started, now, ledger_.wall_clock());
  record_attempts(attempts_.take(now), now, ledger_, records);
  const std::uint64_t overlooked = attempts_.take_overlooked();
  if (overlooked != 0)
    ledger_.add_loss(LossReason::attempts_overlooked, {overlooked, {}, {}, {}}, now, records);
  const std::uint64_t unfollowed = registry_.take_overlooked();
  if (unfollowed != 0)
    ledger_.add_loss(LossReason::identities_overlooked, {unfollowed, {}, {}, {}}, now, records);
  registry_.on_dump(dump, times.started, now);
  schedule_after(dump, times);
  on_time(now, records);
}

void Auditor::schedule_after(const Dump& dump, DumpTimes times) {
  schedule_.on_dump(dump, times.started, times.finished, ledger_.wall_clock());
  const SteadyTime calm = registry_.calm_from();
  if (times.started.awake() < calm) {
    schedule_.ask(times.finished, std::chrono::ceil<milliseconds>(calm - times.finished.awake()));
  }
  if (presence_.roster().is_in_doubt()) schedule_.ask(times.finished, confirm_delay);
}

void Auditor::on_dump_failure(DumpFailureKind kind, std::string_view detail, Instant now,
                              Records& records) {
  ++ledger_.counters().dump_failures;
  schedule_.on_failure(now);
  ledger_.add_losses(outages_.on_failure(kind, detail, now.utc), now, records);
}

void Auditor::on_dump_cost(std::chrono::microseconds cpu, Instant now) {
  ledger_.counters().dump_cpu += cpu;
  schedule_.on_cost(cpu, now);
}

void Auditor::on_time(Instant now, Records& records) {
  ledger_.watch_clock(now, records);
  if (other_line_) registry_.on_other_line(*std::exchange(other_line_, std::nullopt));
  record_findings(registry_.advance(now), now, records);
  fold(late_lines_.take(now), losses_);
  fold_unprinted(completeness_.judge(registry_.drained_to(), now), losses_);
  ledger_.add_losses(losses_.take(now), now, records);
  if (now.steady >= checkpoint_due_) record_checkpoint(now, records);
}

void Auditor::record_checkpoint(Instant now, Records& records) {
  checkpoint_due_ = now.steady + checkpoint_interval;
  for (const CompletenessFacts& facts : completeness_.take(now.utc)) {
    Record& record = ledger_.add(Action::checkpoint, now.utc, now, records);
    record.message = message_for(facts);
    record.body = facts;
  }
}

void Auditor::record_seal(Instant now, Records& records) {
  Record& record = ledger_.add(Action::checkpoint, now.utc, now, records);
  record.reason = seal_reason;
  record.message = "CHECKPOINT: the journal up to here";
}

void Auditor::on_gap(std::optional<std::uint64_t> module_load, Instant now, Records& records) {
  const bool is_same_load = std::exchange(module_load_, module_load) == module_load;
  record_findings(is_same_load ? registry_.on_gap(now) : registry_.on_unseen_load(), now, records);
}

void Auditor::record_findings(const Findings& findings, Instant now, Records& records) {
  fold_unseen(findings.unseen, losses_);
  record_contradictions(findings.contradictions, now, ledger_, records);
  for (const Settlement& settlement : findings.settlements) {
    const PublicKey& key = settlement.public_key;
    LineNotes* const notes = presence_.roster().notes_of(settlement.interface, key);
    if (notes != nullptr) unsettled_.settle(settlement.id, *notes);
    describe(settlement, name_of(ledger_.names(), key), label_of(ledger_.names(), key),
             ledger_.add(Action::peer_identified, now.utc, now, records));
  }
}

SteadyTime Auditor::dump_due() const {
  return schedule_.due(presence_.roster().next_expiry());
}

void Auditor::on_loss(LossReason reason, Loss loss, Instant now, Records& records) {
  ledger_.add_loss(reason, std::move(loss), now, records);
}

void Auditor::on_refused(std::string_view reason, std::uint64_t count) {
  if (count == 0) return;
  ledger_.counters().received += count;
  ledger_.counters().rejected[reason] += count;
}

void Auditor::on_forgery(Forgery forgery, Instant now, Records& records) {
  Record& record = ledger_.add(Action::forged_input, forgery.facts.first, now, records);
  record.reason = forgery.reason;
  record.message = message_for(forgery);
  auto& body = record.body.emplace<ForgeryBody>();
  if (!forgery.source.is_none()) body.endpoint = forgery.source;
  body.facts = std::move(forgery.facts);
}

void Auditor::record_rejections(Instant now, Records& records) {
  Loss loss{0, std::exchange(rejections_recorded_, now.utc), now.utc, {}};
  for (const auto& [reason, count] : ledger_.counters().rejected) {
    const std::uint64_t more = count - std::exchange(recorded_rejections_[reason], count);
    if (more == 0) continue;
    *loss.count += more;
    loss.detail += fmt::format("{}{} {}", loss.detail.empty() ? "" : ", ", reason, more);
  }
  if (*loss.count != 0) on_loss(LossReason::datagrams_rejected, std::move(loss), now, records);
}

void Auditor::snapshot_records(Instant now, Records& records) {
  ledger_.watch_clock(now, records);
  const std::size_t first = records.size();
  current_state(now, records);
  for (std::size_t i = first; i < records.size(); ++i) ledger_.number(records[i]);
}

}  // namespace wgaudit
