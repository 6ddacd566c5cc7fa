#include "wgaudit/identity/registry.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

using std::chrono::seconds;

// Peers that go now may have left the list before the dump: their `destroyed` lags by a grace
// period of RCU, some ten milliseconds.
constexpr Stamp destroyed_lag = std::chrono::milliseconds(300);

// Lines of a peer that is gone come for a moment longer (is_dead, receive.c).
constexpr Stamp remembered = seconds(60);

constexpr seconds reconsider_after{1};

constexpr std::size_t few_candidates = 4;

// The two clocks drift by less in the time that a line takes.
constexpr std::chrono::milliseconds wall_step{50};

}  // namespace

// ---- In -----------------------------------------------------------------------------------------

Identity Registry::on_line(const KernelEvent& event, const LineTimes& times) {
  if (event.kind == EventKind::module_loaded && event.text.empty()) return {};
  if (!times.stamp) return {};
  watch_wall_clock(times.received);
  Identity identity;
  if (event.peer) identity = identify(event, *times.stamp);
  clock_.on_line(*times.stamp, times.received.awake());
  if (is_structural(event.kind)) {
    has_changes_ = true;
    changed_ = times.received.awake();
  }

  StampedLine line;
  line.stamp = *times.stamp;
  line.received = times.received;
  line.sequence = identity.public_key ? 0 : times.event_sequence;
  line.kind = event.kind;
  line.interface = event.interface;
  line.previous_interface =
      parse_interface_name(event.previous_interface).value_or(InterfaceName{});
  line.peer = event.peer;
  line.keypair = event.keypair;
  line.endpoint = event.endpoint;
  if (queue_.push(line)) announce(line);
  return identity;
}

void Registry::on_other_line(const LineTimes& times) {
  if (!times.stamp) return;
  clock_.on_line(*times.stamp, times.received.awake());
  StampedLine line;
  line.stamp = *times.stamp;
  line.received = times.received;
  queue_.push(line);
}

Instant Registry::printed(const LineTimes& times) const {
  const Instant& received = times.received;
  if (!times.stamp) return received;
  const Stamp late = clock_.lateness(*times.stamp, received.awake());
  return received.earlier(late);
}

SteadyTime Registry::drained_to() const {
  const bool has_come = clock_.is_trusted() && reached_ != never_before;
  return has_come ? clock_.earliest(reached_) : SteadyTime::min();
}

/// What must not wait until the line is applied: an id must not be taken for that of an earlier
/// peer.
void Registry::announce(const StampedLine& line) {
  if (line.kind == EventKind::module_loaded) {
    announced_load_ = std::min(announced_load_, line.stamp);
  } else if (line.kind == EventKind::peer_destroyed) {
    announced_deaths_[*line.peer] = line.stamp;
  }
}

Identity Registry::identify(const KernelEvent& event, Stamp stamp) const {
  Identity identity;
  if (stamp >= announced_load_) return identity;
  const auto found = lives_.find(*event.peer);
  if (!found) return identity;
  const auto& [life, peer] = *found;
  const auto death = announced_deaths_.find(*event.peer);
  const Stamp dead = death == announced_deaths_.end() ? peer->dead : death->second;
  const bool is_another = stamp > dead || stamp < peer->born ||
                          (event.kind == EventKind::peer_created && stamp != peer->born);
  if (is_another) return identity;
  if (peer->key) {
    identity.state = IdentityState::proven;
    identity.public_key = peer->key;
    return identity;
  }
  const bool is_foreign = life->is_absent_from_dumps() || peer->standing == Standing::foreign;
  if (is_foreign) identity.state = IdentityState::foreign;
  if (peer->has_places && peer->places.size() <= few_candidates) {
    for (std::uint32_t i = peer->places.first; i < peer->places.end; ++i) {
      identity.candidates.push_back(life->first_rows.at(i).key);
    }
  }
  return identity;
}

// ---- Time ---------------------------------------------------------------------------------------

Findings Registry::advance(Instant now) {
  Findings findings;
  now_ = now.awake();
  watch_wall_clock(now);
  while (const auto line = queue_.pop(now.awake())) {
    judge_dumps(line->stamp, findings);
    apply(*line, findings);
    reached_ = std::max(reached_, line->stamp);
  }
  reconsider_news(now.awake() - reconsider_after, findings);
  fold(findings.settlements);
  return findings;
}

/// The lines that wait are put to use, but no dump is judged by them: some may be missing.
Findings Registry::on_gap(Instant now) {
  Findings findings;
  while (const auto line = queue_.pop(SteadyTime::max())) apply(*line, findings);
  fold(findings.settlements);
  lives_.on_gap(clock_.surely_after(now.awake()));
  dumps_.waiting().clear();
  return findings;
}

/// Of the lines that wait, nobody knows of which load they are.
Findings Registry::on_unseen_load() {
  Findings findings;
  while (queue_.pop(SteadyTime::max())) {
  }
  apply_load(reached_, findings);
  dumps_.waiting().clear();
  return findings;
}

Findings Registry::finish() {
  Findings findings;
  if (announced_load_ != never_yet) apply_load(announced_load_, findings);
  return findings;
}

void Registry::watch_wall_clock(Instant now) {
  const auto ahead = now.utc.time_since_epoch() - now.awake().time_since_epoch();
  if (std::chrono::abs(ahead - wall_ahead_) > wall_step) {
    wall_set_ = now.awake();
    // A later handshake can show an earlier second.
    lives_.forget_handshakes();
  }
  wall_ahead_ = ahead;
}

DumpSpan Registry::span_of(const WaitingDump& dump) const {
  return {clock_.surely_before(dump.started.awake()), clock_.surely_after(dump.finished.awake()),
          dump.finished.utc};
}

/// Judges the dumps that are drained by a line stamped `reached`.
void Registry::judge_dumps(Stamp reached, Findings& findings) {
  // Without changes, the order of lines and dumps does not matter.
  if (!clock_.is_trusted() && has_changes_) return;
  auto& dumps = dumps_.waiting();
  for (WaitingDump& dump : dumps) {
    const DumpSpan span = span_of(dump);
    if (span.end >= reached) break;
    if (dump.is_half_done) continue;
    dump.is_half_done = true;
    judge(dump, span, Drained::to_end, findings);
  }
  while (!dumps.empty() && dumps.front().is_half_done) {
    const DumpSpan span = span_of(dumps.front());
    if (span.end + destroyed_lag >= reached) return;
    meet_interfaces(dumps.front(), span);
    judge(dumps.front(), span, Drained::to_calm, findings);
    dumps.pop_front();
    lives_.forget(span.begin - remembered);
  }
}

void Registry::judge(const WaitingDump& dump, const DumpSpan& span, Drained drained,
                     Findings& findings) {
  // A load switches debug off, and before our start it may have been off: what happened until it
  // was on was not seen.
  const bool is_seen = span.begin > debug_began_ || dump.started.awake() >= debug_on_from_;
  for (auto& [number, life] : lives_.all()) {
    if (life.born >= span.begin || life.dead <= span.end) continue;
    if (life.extent == LogExtent::late && !is_seen) continue;
    judge_life(life, dump, span, drained, findings);
  }
}

void Registry::judge_life(InterfaceLife& life, const WaitingDump& dump, const DumpSpan& span,
                          Drained drained, Findings& findings) {
  const auto name = life.name_at(span.begin);
  if (!name || name != life.name_at(span.end)) return;
  const WaitingDump::Interface* const listed = dump.find(*name);
  // Was in another namespace, and that this one has the name now is only a guess: moves print
  // nothing. Keys that are proven will tell.
  const bool is_new_here = listed != nullptr && life.is_absent_from_dumps();
  if (is_new_here && !life.has_proven_peer()) life.mix(span.end);
  if (drained == Drained::to_calm) {
    life.is_listed = listed != nullptr;
    life.dumps_without = life.is_listed ? 0 : life.dumps_without + 1;
  }
  if (listed == nullptr) return;
  conclude(life, reconcile(life, listed->rows, span, drained), span.end, findings);
}

void Registry::conclude(InterfaceLife& life, const Verdict& verdict, Stamp from,
                        Findings& findings) {
  news_.erase(life.number);
  life.judged_at = now_;
  if (verdict.contradiction) return contradict(life, *verdict.contradiction, from, findings);
  for (const PeerId id : verdict.proven) settle(life, id, findings);
}

/// Not with every line: it is as much work as a dump.
void Registry::reconsider_news(SteadyTime judged_before, Findings& findings) {
  std::erase_if(news_, [&](std::uint64_t number) { return !lives_.all().contains(number); });
  for (auto news = news_.begin(); news != news_.end();) {
    InterfaceLife& life = lives_.all().at(*news++);
    if (life.judged_at < judged_before) conclude(life, reconsider(life), reached_, findings);
  }
}

/// An interface that no line has named yet.
void Registry::meet_interfaces(const WaitingDump& dump, const DumpSpan& span) {
  for (const WaitingDump::Interface& interface : dump.interfaces) {
    if (lives_.live(interface.name) != nullptr) continue;
    const auto had_the_name = [&](const auto& entry) {
      const InterfaceLife& life = entry.second;
      return life.dead >= span.begin && life.born <= span.end &&
             std::any_of(life.names.begin(), life.names.end(),
                         [&](const auto& name) { return name.name == interface.name; });
    };
    const auto& lives = lives_.all();
    if (std::none_of(lives.begin(), lives.end(), had_the_name)) {
      lives_.begin(interface.name, never_before);
    }
  }
}

// ---- Out ----------------------------------------------------------------------------------------

void Registry::contradict(InterfaceLife& life, ContradictionCause cause, Stamp from,
                          Findings& findings) {
  Contradiction contradiction{life.name(), cause, {}};
  for (const auto& [id, peer] : life.peers) {
    if (peer.key) contradiction.ids.push_back(id);
  }
  life.begin_again(from);
  // What was to be told as proven only now is not told.
  std::erase_if(findings.settlements, [&](const Settlement& settlement) {
    const auto peer = life.peers.find(settlement.id);
    if (peer == life.peers.end()) return false;
    if (settlement.events) peer->second.first_event = settlement.events->first;
    if (settlement.events) peer->second.last_event = settlement.events->last;
    return true;
  });
  findings.contradictions.push_back(std::move(contradiction));
}

void Registry::settle(InterfaceLife& life, PeerId id, Findings& findings) {
  KernelPeer& peer = life.peers.at(id);
  Settlement settlement{life.name(), id, *peer.key, peer.proof.evidence.list(), {}};
  if (peer.first_event != 0) settlement.events = EventRange{peer.first_event, peer.last_event};
  peer.first_event = peer.last_event = 0;
  findings.settlements.push_back(std::move(settlement));
}

void Registry::restore(const InterfaceName& interface, PeerId id, const PublicKey& key) {
  InterfaceLife* const known = lives_.live(interface);
  InterfaceLife& life = known != nullptr ? *known : lives_.begin(interface, never_before);
  KernelPeer& peer = *lives_.add(life, id).peer;
  peer.key = key;
  peer.proof.evidence = {Evidence::restored};
  peer.is_unheard = true;
}

Registry::Bindings Registry::bindings() const {
  Bindings bindings;
  for (const auto& [number, life] : lives_.all()) {
    for (const auto& [id, peer] : life.peers) {
      if (!peer.key || peer.dead != never_yet) continue;
      bindings[{life.name(), *peer.key}] = {id, peer.proof.evidence};
    }
  }
  return bindings;
}

}  // namespace wgaudit
