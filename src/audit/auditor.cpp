#include "wgaudit/audit/auditor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "identity_records.hpp"
#include "line_notes.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/syslog/log_line.hpp"
#include "words.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;

// Long enough that the interface that was missing is back, if it was only the list that was
// partial.
constexpr milliseconds confirm_delay{300};

Action action_of(PeerChange::Kind kind) {
  switch (kind) {
    case PeerChange::Kind::added:
      return Action::peer_added;
    case PeerChange::Kind::online:
      return Action::peer_online;
    case PeerChange::Kind::offline:
      return Action::peer_offline;
    case PeerChange::Kind::roamed:
      return Action::peer_roamed;
    case PeerChange::Kind::removed:
      return Action::peer_removed;
  }
  __builtin_unreachable();
}

/// What wg_monitor counts: changes of a peer that it has seen before.
bool is_counted(const PeerChange& change) {
  return change.reason != PeerChange::Reason::first_seen && change.kind != PeerChange::Kind::roamed;
}

PeerState peer_state_of(const Record& record) {
  const PeerFacts& facts = *record.peer;
  PeerState peer;
  peer.row.public_key = *facts.public_key;
  peer.row.endpoint = record.endpoint.value_or(Endpoint{});
  peer.row.allowed_ips = facts.allowed_ips;
  peer.row.latest_handshake = facts.latest_handshake.value_or(std::chrono::sys_seconds{});
  peer.row.rx_bytes = facts.rx_bytes.value_or(0);
  peer.row.tx_bytes = facts.tx_bytes.value_or(0);
  peer.row.persistent_keepalive = facts.persistent_keepalive.value_or(std::chrono::seconds(0));
  peer.presence = facts.presence.value_or(Presence::unknown);
  peer.since = facts.since.value_or(record.created);
  if (peer.presence == Presence::online) {
    peer.session = record.accounts.value_or(Session{});
    if (!record.accounts) {
      peer.session->complete = false;
      note_endpoint(*peer.session, peer.row.endpoint, peer.since);
    }
    peer.session->began = peer.since;
  }
  return peer;
}

}  // namespace

Auditor::Auditor(AuditorOptions options, const Classifier& classifier, Instant start)
    : options_(std::move(options)),
      classifier_(classifier),
      roster_(options_.threshold, options_.grace),
      schedule_(options_.interval, options_.threshold, start.steady),
      rejections_recorded_(start.utc) {}

void Auditor::restore(const Record& record) {
  if (record.stream() != Stream::journal) return;
  continue_from(Stream::journal, record.sequence, record.created);
  restore_identity(record);
  if (!record.peer || !record.peer->public_key || !record.peer->presence) return;
  auto& peers = restored_[record.interface];
  if (record.is(Action::peer_removed)) {
    peers.erase(*record.peer->public_key);
  } else {
    peers.insert_or_assign(*record.peer->public_key, peer_state_of(record));
  }
}

void Auditor::continue_from(Stream stream, std::uint64_t last_sequence,
                            std::optional<UtcTime> created) {
  (stream == Stream::journal ? journal_sequence_ : events_sequence_) = last_sequence;
  if (created && (!last_recorded_ || *created > *last_recorded_)) last_recorded_ = created;
}

/// A binding dies with its boot, its peer and its interface.
void Auditor::restore_identity(const Record& record) {
  if (record.boot_id.empty() || record.boot_id != options_.boot_id) return;
  if (record.contradiction) {
    std::erase_if(restored_ids_, [&](const auto& binding) {
      const auto& ids = record.contradiction->ids;
      return std::find(ids.begin(), ids.end(), binding.second) != ids.end();
    });
  }
  if (!record.peer || !record.peer->public_key) return;
  const std::pair place{record.interface, *record.peer->public_key};
  if (record.is(Action::peer_removed)) {
    restored_ids_.erase(place);
  } else if (record.peer->id) {
    restored_ids_[place] = *record.peer->id;
  }
}

void Auditor::on_start(MonitorFacts facts, Instant now, Records& records) {
  for (auto& [interface, peers] : std::exchange(restored_, {})) {
    for (auto& [key, peer] : peers) {
      if (peer.session) peer.session->began_steady = now.steady - (now.utc - peer.session->began);
      roster_.restore(interface, std::move(peer));
    }
  }
  for (const auto& [place, id] : std::exchange(restored_ids_, {})) {
    registry_.restore(place.first, id, place.second);
  }
  Record record = journal_record(Action::monitor_started, now.utc, now);
  record.message = fmt::format("monitor started, version {}", facts.version);
  record.monitor = std::move(facts);
  records.push_back(std::move(record));
  if (last_recorded_) on_loss("monitor_down", {{}, last_recorded_, now.utc, {}}, now, records);
}

void Auditor::on_stop(MonitorFacts facts, Instant now, Records& records) {
  end_failures(now, records);
  record_rejections(now, records);
  record_attempts(attempts_.flush(), now, records);
  record_suppressions(suppressions_.flush(), now, records);
  Record record = journal_record(Action::monitor_stopped, now.utc, now);
  record.message = facts.signal ? fmt::format("monitor stopped by signal {}", *facts.signal)
                                : std::string("monitor stopped");
  record.monitor = std::move(facts);
  records.push_back(std::move(record));
}

void Auditor::on_datagram(std::string_view datagram, Instant now, Records& records) {
  ++counters_.received;
  const auto frame = parse_frame(datagram);
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
    // Only the kernel itself writes as facility kern; `kernel` under another one is somebody else.
    if (frame.program == "kernel") return static_cast<void>(++counters_.ignored);
  }
  auto event = classifier_.classify({frame.program, line->severity, line->text});
  if (!event) {
    registry_.on_other_line({line->stamp, times.now, 0});
    return static_cast<void>(++counters_.ignored);
  }
  on_event(*std::move(event), *line, times, records);
}

void Auditor::on_event(KernelEvent event, const KernelLineView& line, const Times& times,
                       Records& records) {
  ++counters_.recorded;
  counters_.events[static_cast<std::size_t>(event.kind)] += line.repeated;
  schedule_.on_line(event, times.now);
  witnesses_.on_line(event, times.now.utc);
  const std::uint64_t sequence = ++events_sequence_;
  Identity identity = registry_.on_line(event, {line.stamp, times.now, sequence});
  on_peer_line(event, identity, times.now);
  const Instant printed = registry_.printed({line.stamp, times.now, sequence});
  attempts_.on_line(event, line.repeated, identity, printed, times.now);
  suppressions_.on_line(event, times.happened, times.now);

  Record record;
  record.sequence = sequence;
  record.timestamp = times.happened;
  record.created = times.now.utc;
  record.action = event.kind;
  record.interface = event.interface;
  record.endpoint = event.endpoint;
  record.stamp = line.stamp;
  record.repeated = line.repeated;
  if (event.peer) record.peer = facts_of(event, std::move(identity));
  record.message = words_for(event);
  record.line = std::move(event);
  records.push_back(std::move(record));
  record_attempts(attempts_.take(times.now), times.now, records);
  record_suppressions(suppressions_.take(times.now), times.now, records);
}

void Auditor::on_peer_line(const KernelEvent& event, const Identity& identity, Instant now) {
  if (!identity.public_key) return;
  LineNotes* const notes = roster_.notes_of(event.interface, *identity.public_key);
  if (notes != nullptr) note_line(event, now.utc, *notes);
}

PeerFacts Auditor::facts_of(const KernelEvent& event, Identity identity) const {
  PeerFacts facts;
  facts.id = event.peer;
  facts.identity = identity.state;
  facts.public_key = identity.public_key;
  facts.candidates = std::move(identity.candidates);
  if (facts.public_key) facts.name = name_of(*facts.public_key);
  return facts;
}

void Auditor::reject(std::string_view reason) {
  ++counters_.rejected[reason];
}

void Auditor::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable, DumpTimes times,
                      Records& records) {
  ++counters_.dumps;
  end_failures(times.finished, records);
  note_unreadable(unreadable, times.finished, records);
  last_dump_ = times.finished.utc;
  const RosterChanges changes = roster_.on_dump(dump, unreadable, times.started, times.finished);
  for (const ConfigChange& change : changes.config) record_config(change, times.finished, records);
  for (const PeerChange& change : changes.peers) record_change(change, times.finished, records);
  witnesses_.forget_before(times.started.utc);
  attempts_.on_dump(dump, times.started, times.finished);
  record_attempts(attempts_.take(times.finished), times.finished, records);
  record_suppressions(suppressions_.take(times.finished), times.finished, records);
  const std::uint64_t overlooked = attempts_.take_overlooked();
  if (overlooked != 0) {
    on_loss("attempts_overlooked", {overlooked, {}, {}, {}}, times.finished, records);
  }
  schedule_.on_dump(dump, times.started, times.finished);
  registry_.on_dump(dump, times.started, times.finished);
  if (times.started.steady < registry_.calm_from()) {
    schedule_.ask(times.finished,
                  std::chrono::ceil<milliseconds>(registry_.calm_from() - times.finished.steady));
  }
  on_time(times.finished, records);
  if (roster_.is_in_doubt()) schedule_.ask(times.finished, confirm_delay);
}

void Auditor::on_time(Instant now, Records& records) {
  const Findings findings = registry_.advance(now);
  for (const Contradiction& contradiction : findings.contradictions) {
    records.push_back(journal_record(Action::identity_contradicted, now.utc, now));
    describe(contradiction, records.back());
  }
  for (const Settlement& settlement : findings.settlements) {
    const PublicKey& key = settlement.public_key;
    records.push_back(journal_record(Action::peer_identified, now.utc, now));
    describe(settlement, name_of(key), label_of(key), records.back());
  }
}

void Auditor::on_dump_failure(std::string_view reason, std::string_view detail, Instant now,
                              Records& records) {
  ++counters_.dump_failures;
  schedule_.on_failure(now);
  if (failures_) return static_cast<void>(++failures_->count);
  failures_ = DumpFailures{std::string(reason), 1, last_dump_.value_or(now.utc)};
  const Loss loss{{}, failures_->since, {}, std::string(detail)};
  on_loss(fmt::format("dump_{}", reason), loss, now, records);
}

void Auditor::end_failures(Instant now, Records& records) {
  if (!failures_) return;
  const DumpFailures failures = *std::exchange(failures_, std::nullopt);
  on_loss("dump_outage", {failures.count, failures.since, now.utc, failures.reason}, now, records);
}

/// Peers of an interface that cannot be read keep their state, so that must be told.
void Auditor::note_unreadable(std::span<const InterfaceName> unreadable, Instant now,
                              Records& records) {
  for (const InterfaceName& name : unreadable) {
    const UtcTime since = last_dump_.value_or(now.utc);
    if (!unreadable_.emplace(name, since).second) continue;
    on_loss("interface_unreadable", {{}, since, {}, std::string(name.view())}, now, records);
  }
  for (auto entry = unreadable_.begin(); entry != unreadable_.end();) {
    const auto& [name, since] = *entry;
    if (std::find(unreadable.begin(), unreadable.end(), name) != unreadable.end()) {
      ++entry;
      continue;
    }
    on_loss("interface_outage", {{}, since, now.utc, std::string(name.view())}, now, records);
    entry = unreadable_.erase(entry);
  }
}

void Auditor::on_loss(std::string_view reason, Loss loss, Instant now, Records& records) {
  Record record = journal_record(Action::evidence_lost, now.utc, now);
  record.reason = reason;
  record.message = words_for(reason, loss);
  record.loss = std::move(loss);
  records.push_back(std::move(record));
}

void Auditor::record_rejections(Instant now, Records& records) {
  Loss loss{0, std::exchange(rejections_recorded_, now.utc), now.utc, {}};
  for (const auto& [reason, count] : counters_.rejected) {
    const std::uint64_t more = count - std::exchange(recorded_rejections_[reason], count);
    if (more == 0) continue;
    *loss.count += more;
    loss.detail += fmt::format("{}{} {}", loss.detail.empty() ? "" : ", ", reason, more);
  }
  if (*loss.count != 0) on_loss("datagrams_rejected", std::move(loss), now, records);
}

void Auditor::snapshot(Instant now, Records& records) {
  const Registry::Bindings bindings = registry_.bindings();
  roster_.visit_peers([&](const InterfaceName& interface, const PeerState& peer) {
    Record record = journal_record(Action::snapshot, now.utc, now);
    record.interface = interface;
    record.peer = facts_of(peer);
    if (const auto id = bindings.find({interface, peer.row.public_key}); id != bindings.end()) {
      record.peer->id = id->second;
      record.peer->identity = IdentityState::proven;
    }
    record.endpoint = peer.row.endpoint;
    if (peer.presence == Presence::online) {
      record.session = session_id(interface, peer.row.public_key, peer.since);
      record.accounts = peer.session;
    }
    record.message = words_for(interface, label_of(peer.row.public_key), peer);
    records.push_back(std::move(record));
  });
}

SteadyTime Auditor::dump_due() const {
  return schedule_.due(roster_.next_expiry());
}

void Auditor::record_change(const PeerChange& change, Instant now, Records& records) {
  if (is_counted(change)) ++counters_.changes;
  const PublicKey& key = change.peer.row.public_key;
  Record record = journal_record(action_of(change.kind), change.when, now);
  record.reason = to_text(change.reason);
  record.interface = change.interface;
  record.peer = facts_of(change.peer);
  record.endpoint = change.peer.row.endpoint;
  const bool moved =
      change.kind == PeerChange::Kind::roamed ||
      (change.kind == PeerChange::Kind::online && change.reason != PeerChange::Reason::first_seen &&
       change.previous_endpoint != change.peer.row.endpoint);
  if (moved) record.previous_endpoint = change.previous_endpoint;
  if (change.session_began) {
    record.session = session_id(change.interface, key, *change.session_began);
  }
  record.witness = witnesses_.of(change);
  const bool goes_on =
      change.kind == PeerChange::Kind::online || change.kind == PeerChange::Kind::roamed;
  if (goes_on) record.accounts = change.peer.session;
  record.message = words_for(change, label_of(key));
  records.push_back(std::move(record));
  if (change.ended) record_session_end(change, Record(records.back()), records);
}

/// Follows the record of the transition that ended it.
void Auditor::record_session_end(const PeerChange& change, const Record& transition,
                                 Records& records) {
  const PublicKey& key = change.peer.row.public_key;
  Record record = transition;
  record.sequence = ++journal_sequence_;
  record.action = Action::session_ended;
  record.peer = PeerFacts{};  // without a presence: who is removed is not restored by this
  record.peer->public_key = key;
  record.peer->name = transition.peer->name;
  record.accounts = change.ended->session;
  record.ended = change.ended->ended;
  record.duration = change.ended->duration;
  record.message = words_for(change.interface, label_of(key), *change.ended, record.reason);
  records.push_back(std::move(record));
}

void Auditor::record_config(const ConfigChange& change, Instant now, Records& records) {
  Record record = journal_record(Action::config_changed, change.when, now);
  record.reason = to_text(change.field);
  record.interface = change.interface;
  record.witness = Witness::dump;
  if (change.peer) {
    const auto name = options_.names.find(*change.peer);
    record.peer = PeerFacts{};
    record.peer->public_key = change.peer;
    if (name != options_.names.end()) record.peer->name = name->second;
  }
  record.change = FieldChange{std::string(to_text(change.field)), change.before, change.after};
  record.message = words_for(change, change.peer ? label_of(*change.peer) : "");
  records.push_back(std::move(record));
}

void Auditor::record_attempts(const std::vector<Attempt>& attempts, Instant now, Records& records) {
  for (const Attempt& attempt : attempts) {
    const AttemptSource& source = attempt.source;
    Record record = journal_record(Action::attempt, attempt.facts.last, now);
    record.reason = to_text(source.cause);
    record.interface = source.interface;
    record.endpoint = source.endpoint;
    record.witness = witness_of(source.cause);
    if (source.peer) {
      // Attempts are told later than their lines, when the id may be another peer's already: whose
      // it was is what the events of these lines, or the peer_identified that settles them, say.
      record.peer = PeerFacts{};
      record.peer->id = source.peer;
      record.peer->identity = IdentityState::unresolved;
    }
    record.attempts = attempt.facts;
    record.message = words_for(attempt);
    records.push_back(std::move(record));
  }
}

void Auditor::record_suppressions(std::vector<Suppressions::Told> suppressions, Instant now,
                                  Records& records) {
  for (auto& told : suppressions) on_loss(told.reason, std::move(told.loss), now, records);
}

Record Auditor::journal_record(Action action, UtcTime when, Instant now) {
  Record record;
  record.sequence = ++journal_sequence_;
  record.timestamp = when;
  record.created = now.utc;
  record.action = action;
  return record;
}

PeerFacts Auditor::facts_of(const PeerState& peer) const {
  const DumpPeer& row = peer.row;
  PeerFacts facts;
  facts.public_key = row.public_key;
  facts.name = name_of(row.public_key);
  facts.presence = peer.presence;
  facts.since = peer.since;
  facts.allowed_ips = row.allowed_ips;
  facts.latest_handshake = row.latest_handshake;
  facts.rx_bytes = row.rx_bytes;
  facts.tx_bytes = row.tx_bytes;
  facts.persistent_keepalive = row.persistent_keepalive;
  return facts;
}

std::string Auditor::name_of(const PublicKey& key) const {
  const auto name = options_.names.find(key);
  return name != options_.names.end() ? name->second : std::string();
}

std::string Auditor::label_of(const PublicKey& key) const {
  const std::string name = name_of(key);
  return name.empty() ? short_key(key) : name;
}

}  // namespace wgaudit
