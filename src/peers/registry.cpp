#include "wgaudit/peers/registry.hpp"

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

// Dumps that wait for lines: as many as a stalled syslog daemon needs, and not many large ones.
constexpr std::size_t max_waiting_dumps = 64;
constexpr std::size_t max_waiting_rows = 65536;

// Anybody can create interfaces in a namespace of his own.
constexpr std::size_t max_lives = 4096;
constexpr std::size_t max_peers = 1 << 20;

constexpr seconds reconsider_after{1};

constexpr std::size_t few_candidates = 4;

// An interface that cannot be explained so often shares its name with another.
constexpr std::size_t max_contradictions = 3;

bool is_debug_line(EventKind kind) {
  return kind != EventKind::module_loaded && kind != EventKind::interface_renamed &&
         kind != EventKind::messages_suppressed && kind != EventKind::socket_failed &&
         kind != EventKind::unknown_message;
}

bool is_structural(EventKind kind) {
  return kind == EventKind::interface_created || kind == EventKind::interface_destroyed ||
         kind == EventKind::peer_created || kind == EventKind::peer_destroyed ||
         kind == EventKind::interface_renamed || kind == EventKind::module_loaded;
}

/// Lines that were recorded before the proof and applied behind it settle one after another: those
/// of one turn are told at once.
std::vector<Settlement> folded(std::vector<Settlement> settlements) {
  std::vector<Settlement> once;
  std::unordered_map<PeerId, std::size_t> places;
  for (Settlement& settlement : settlements) {
    const auto [place, is_first] = places.emplace(settlement.id, once.size());
    if (is_first || once[place->second].public_key != settlement.public_key) {
      place->second = once.size();
      once.push_back(std::move(settlement));
      continue;
    }
    Settlement& before = once[place->second];
    before.evidence = std::move(settlement.evidence);
    if (!before.events) before.events = settlement.events;
    if (!settlement.events) continue;
    before.events->first = std::min(before.events->first, settlement.events->first);
    before.events->last = std::max(before.events->last, settlement.events->last);
  }
  return once;
}

}  // namespace

// ---- In -----------------------------------------------------------------------------------------

Identity Registry::on_line(const KernelEvent& event, const LineTimes& times) {
  if (event.kind == EventKind::module_loaded && event.text.empty()) return {};
  if (!times.stamp) return {};
  Identity identity;
  if (event.peer) identity = identify(event, *times.stamp);
  clock_.on_line(*times.stamp, times.received.steady);
  announce(event, *times.stamp);
  if (is_structural(event.kind)) {
    has_changes_ = true;
    changed_ = times.received.steady;
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
  queue_.push(line);
  return identity;
}

void Registry::on_other_line(const LineTimes& times) {
  if (!times.stamp) return;
  clock_.on_line(*times.stamp, times.received.steady);
  StampedLine line;
  line.stamp = *times.stamp;
  line.received = times.received;
  queue_.push(line);
}

Instant Registry::printed(const LineTimes& times) const {
  const Instant& received = times.received;
  if (!times.stamp) return received;
  const Stamp late = clock_.lateness(*times.stamp, received.steady);
  return {received.steady - late, received.utc - late};
}

void Registry::on_dump(const Dump& dump, Instant started, Instant finished) {
  PendingDump pending{started, finished, {}, false};
  for (const DumpInterface& interface : dump) {
    PendingInterface& kept = pending.interfaces.emplace_back();
    kept.name = interface.name;
    kept.rows.reserve(interface.peers.size());
    for (const DumpPeer& peer : interface.peers) kept.rows.push_back(dump_row(peer));
  }
  dumps_.push_back(std::move(pending));
  make_room();
}

/// Every second waiting dump goes, but neither the first, which lines will reach first, nor the
/// last.
void Registry::make_room() {
  std::size_t rows = 0;
  for (const PendingDump& dump : dumps_) {
    for (const PendingInterface& interface : dump.interfaces) rows += interface.rows.size();
  }
  if (dumps_.size() <= max_waiting_dumps && (rows <= max_waiting_rows || dumps_.size() <= 2)) {
    return;
  }
  for (std::size_t i = 1; i + 1 < dumps_.size(); ++i) {
    dumps_.erase(dumps_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// What must not wait until the line is applied: an id must not be taken for that of an earlier
/// peer.
void Registry::announce(const KernelEvent& event, Stamp stamp) {
  if (event.kind == EventKind::module_loaded) {
    announced_load_ = std::min(announced_load_, stamp);
  } else if (event.kind == EventKind::peer_destroyed) {
    announced_deaths_[*event.peer] = stamp;
  }
}

Identity Registry::identify(const KernelEvent& event, Stamp stamp) const {
  Identity identity;
  const auto found = located_.find(*event.peer);
  if (stamp >= announced_load_) return identity;
  if (found == located_.end()) {
    const auto same_name = [&](const InterfaceLife& life) {
      return life.is_live() && life.name() == event.interface;
    };
    const bool is_foreign =
        std::any_of(lives_.begin(), lives_.end(), same_name) &&
        std::all_of(lives_.begin(), lives_.end(), [&](const InterfaceLife& life) {
          return !same_name(life) || life.is_absent_from_dumps();
        });
    if (is_foreign) identity.state = IdentityState::foreign;
    return identity;
  }
  const auto& [life, peer] = found->second;
  Stamp dead = peer->dead;
  if (!announced_deaths_.empty()) {
    const auto death = announced_deaths_.find(*event.peer);
    if (death != announced_deaths_.end()) dead = death->second;
  }
  const bool is_another = stamp > dead || stamp < peer->born ||
                          (event.kind == EventKind::peer_created && stamp != peer->born);
  if (is_another) return identity;
  if (peer->key) {
    identity.state = IdentityState::proven;
    identity.public_key = peer->key;
    return identity;
  }
  if (life->is_absent_from_dumps()) identity.state = IdentityState::foreign;
  const std::size_t width = peer->places.end - peer->places.first;
  if (peer->has_places && life->has_first_rows && width <= few_candidates) {
    for (std::uint32_t i = peer->places.first; i < peer->places.end; ++i) {
      identity.candidates.push_back(life->first_rows[i].key);
    }
  }
  return identity;
}

// ---- Time ---------------------------------------------------------------------------------------

Findings Registry::advance(Instant now) {
  Findings findings;
  now_ = now.steady;
  while (const auto line = queue_.pop(now.steady)) {
    judge_dumps(line->stamp, findings);
    apply(*line, findings);
    reached_ = std::max(reached_, line->stamp);
  }
  reconsider_news(now.steady - reconsider_after, findings);
  findings.settlements = folded(std::move(findings.settlements));
  return findings;
}

DumpSpan Registry::span_of(const PendingDump& dump) const {
  return {clock_.surely_before(dump.started.steady), clock_.surely_after(dump.finished.steady),
          dump.finished.utc};
}

/// Judges the dumps that are drained by a line stamped `reached`.
void Registry::judge_dumps(Stamp reached, Findings& findings) {
  // Without changes, the order of lines and dumps does not matter.
  if (!clock_.is_trusted() && has_changes_) return;
  for (PendingDump& dump : dumps_) {
    const DumpSpan span = span_of(dump);
    if (span.end >= reached) break;
    if (dump.is_half_done) continue;
    dump.is_half_done = true;
    judge(dump, span, LogExtent::whole, findings);
  }
  while (!dumps_.empty() && dumps_.front().is_half_done) {
    const DumpSpan span = span_of(dumps_.front());
    if (span.end + destroyed_lag >= reached) return;
    meet_interfaces(dumps_.front(), span);
    judge(dumps_.front(), span, LogExtent::late, findings);
    dumps_.pop_front();
    forget(span.begin - remembered);
  }
}

void Registry::judge(const PendingDump& dump, const DumpSpan& span, LogExtent extent,
                     Findings& findings) {
  // A load switches debug off; what happens until a line shows that it is on is not seen.
  if (extent == LogExtent::late && has_load_ && span.begin <= debug_began_) return;
  for (InterfaceLife& life : lives_) {
    if (life.extent != extent || life.born >= span.begin || life.dead <= span.end) continue;
    judge_life(life, dump, span, findings);
  }
}

void Registry::judge_life(InterfaceLife& life, const PendingDump& dump, const DumpSpan& span,
                          Findings& findings) {
  const auto name = life.name_at(span.begin);
  if (!name || name != life.name_at(span.end)) return;
  const auto found =
      std::find_if(dump.interfaces.begin(), dump.interfaces.end(),
                   [&](const PendingInterface& interface) { return interface.name == *name; });
  if (found == dump.interfaces.end()) return static_cast<void>(++life.dumps_without);
  life.dumps_without = 0;
  if (life.is_ambiguous) return;
  conclude(life, reconcile(life, found->rows, span), span.end, findings);
}

void Registry::conclude(InterfaceLife& life, const Verdict& verdict, Stamp from,
                        Findings& findings) {
  life.has_news = false;
  life.judged_at = now_;
  if (verdict.contradiction) return begin_again(life, *verdict.contradiction, from, findings);
  if (!verdict.proven.empty()) life.contradictions = 0;
  for (const PeerId id : verdict.proven) settle(life, id, findings);
}

/// Not with every line: it is as much work as a dump.
void Registry::reconsider_news(SteadyTime judged_before, Findings& findings) {
  for (InterfaceLife& life : lives_) {
    const bool is_due = life.has_news && life.extent == LogExtent::late && !life.is_ambiguous &&
                        life.judged_at < judged_before;
    if (is_due) conclude(life, reconsider(life), reached_, findings);
  }
}

/// An interface that no line has named yet.
void Registry::meet_interfaces(const PendingDump& dump, const DumpSpan& span) {
  for (const PendingInterface& interface : dump.interfaces) {
    const bool is_known = std::any_of(lives_.begin(), lives_.end(), [&](const InterfaceLife& life) {
      const bool lived = life.dead >= span.begin && life.born <= span.end;
      return lived && std::any_of(life.names.begin(), life.names.end(),
                                  [&](const auto& name) { return name.name == interface.name; });
    });
    if (!is_known) new_life(interface.name, never_before);
  }
}

// ---- Lines --------------------------------------------------------------------------------------

void Registry::apply(const StampedLine& line, Findings& findings) {
  if (!line.kind) return;
  if (is_debug_line(*line.kind)) debug_began_ = std::min(debug_began_, line.stamp);
  if (line.stamp < reached_ && is_structural(*line.kind)) {
    for (InterfaceLife* const life : live(line.interface)) {
      begin_again(*life, ContradictionCause::line_out_of_order, reached_, findings);
    }
  }
  if (line.peer) return apply_peer_line(line, findings);
  if (line.kind == EventKind::module_loaded) {
    reconsider_news(SteadyTime::max(), findings);
    return apply_load(line.stamp, findings);
  }
  if (line.kind == EventKind::interface_renamed) return apply_rename(line);
  if (line.kind == EventKind::interface_created) return apply_created(line);
  if (line.kind == EventKind::interface_destroyed) return apply_destroyed(line);
}

/// Ids begin again. The log does not: debug may be off for the first peers.
void Registry::apply_load(Stamp stamp, Findings& findings) {
  for (InterfaceLife& life : lives_) {
    const bool has_keys = std::any_of(life.peers.begin(), life.peers.end(), [](const auto& entry) {
      return entry.second.key && entry.second.dead == never_yet;
    });
    if (has_keys) begin_again(life, ContradictionCause::module_loaded, stamp, findings);
  }
  lives_.clear();
  located_.clear();
  announced_deaths_.clear();
  while (!dumps_.empty() && span_of(dumps_.front()).begin <= stamp) dumps_.pop_front();
  debug_began_ = never_yet;
  has_load_ = true;
  announced_load_ = never_yet;
  last_id_ = PeerId{};
  first_created_.reset();
}

void Registry::apply_rename(const StampedLine& line) {
  const auto renamed = live(line.previous_interface);
  if (renamed.size() != 1) {
    for (InterfaceLife* const life : renamed) life->is_ambiguous = true;
    return;
  }
  renamed.front()->names.push_back({line.stamp, line.stamp, line.interface});
}

void Registry::apply_created(const StampedLine& line) {
  const auto others = live(line.interface);
  InterfaceLife& life = new_life(line.interface, line.stamp);
  life.extent = LogExtent::whole;
  life.last_foreign_id = last_id_;
  life.is_ambiguous = !others.empty();
  for (InterfaceLife* const other : others) other->is_ambiguous = true;
}

/// Of several of the name, the one whose peers are all gone.
void Registry::apply_destroyed(const StampedLine& line) {
  const auto named = live(line.interface);
  if (named.empty()) return;
  const auto is_empty = [](const InterfaceLife* life) {
    return std::all_of(life->peers.begin(), life->peers.end(),
                       [](const auto& entry) { return entry.second.dead != never_yet; });
  };
  const auto empty = std::find_if(named.begin(), named.end(), is_empty);
  InterfaceLife& life = **(empty == named.end() ? named.begin() : empty);
  life.dead = line.stamp;
  for (auto& [id, peer] : life.peers) peer.dead = std::min(peer.dead, line.stamp);
}

void Registry::apply_peer_line(const StampedLine& line, Findings& findings) {
  const auto located = locate(line, findings);
  last_id_ = std::max(last_id_, *line.peer);
  if (!located) return;
  const auto& [life, peer] = *located;
  note(*peer, line);
  life->has_news |= !peer->key;
  life->last_line = std::max(life->last_line, line.stamp);
  if (line.sequence == 0) return;
  if (peer->first_event == 0) peer->first_event = line.sequence;
  peer->first_event = std::min(peer->first_event, line.sequence);
  peer->last_event = std::max(peer->last_event, line.sequence);
  if (peer->key) settle(*life, *line.peer, findings);
}

std::optional<Registry::Located> Registry::locate(const StampedLine& line, Findings& findings) {
  const auto found = located_.find(*line.peer);
  if (found == located_.end()) return meet(line, findings);
  InterfaceLife& life = *found->second.life;
  if (life.is_live() && life.name() != line.interface) follow_move(life, line);
  return found->second;
}

/// An id that no line has named yet.
std::optional<Registry::Located> Registry::meet(const StampedLine& line, Findings& findings) {
  const PeerId id = *line.peer;
  auto named = live(line.interface);
  if (named.empty()) named.push_back(&new_life(line.interface, never_before));
  // A line that comes late, of a peer that is forgotten, or of an interface in another namespace.
  named.erase(
      std::remove_if(named.begin(), named.end(),
                     [&](const InterfaceLife* life) { return id <= life->last_foreign_id; }),
      named.end());
  if (named.empty() || located_.size() >= max_peers) return std::nullopt;
  if (named.size() > 1) {
    for (InterfaceLife* const life : named) life->is_ambiguous = true;
  }
  InterfaceLife& life = *named.back();
  const Located located = new_peer(life, id);
  if (line.kind == EventKind::peer_created) {
    if (!first_created_) first_created_ = id;
    return located;
  }
  const bool was_created_unseen =
      life.extent == LogExtent::whole || (first_created_ && id > *first_created_);
  if (was_created_unseen) {
    first_created_.reset();
    begin_again(life, ContradictionCause::created_not_seen, line.stamp, findings);
  }
  return located;
}

/// The id has one interface for life: that one was moved to a namespace under another name, which
/// prints nothing.
void Registry::follow_move(InterfaceLife& life, const StampedLine& line) {
  for (InterfaceLife* const other : live(line.interface)) {
    if (other->peers.empty() && other->extent == LogExtent::late) {
      drop_life(other);
    } else {
      other->is_ambiguous = life.is_ambiguous = true;
    }
  }
  life.names.push_back({life.last_line, line.stamp, line.interface});
}

void Registry::note(KernelPeer& peer, const StampedLine& line) const {
  if (line.kind == EventKind::peer_created) peer.born = line.stamp;
  if (line.kind == EventKind::peer_destroyed) peer.dead = line.stamp;
  if (line.kind == EventKind::handshake_response_received) {
    const auto since_printed = line.received.steady - clock_.earliest(line.stamp);
    const UtcTime printed = line.received.utc - since_printed;
    peer.at_least = {line.stamp, std::chrono::floor<seconds>(printed)};
  }
  if (!line.endpoint) return;
  if (line.endpoint->is_none()) {
    peer.last_without_endpoint = std::max(peer.last_without_endpoint, line.stamp);
    return;
  }
  peer.first_endpoint = std::min(peer.first_endpoint, line.stamp);
  EndpointSpan& span = peer.span;
  const std::size_t hash = std::hash<Endpoint>{}(*line.endpoint);
  if (span.first == never_yet || span.hash != hash) span = {hash, line.stamp, {}, never_yet, false};
  span.last = line.stamp;
  if (span.dump < line.stamp) span.spans_dump = true;
}

// ---- Lives --------------------------------------------------------------------------------------

std::vector<InterfaceLife*> Registry::live(const InterfaceName& name) {
  std::vector<InterfaceLife*> found;
  for (InterfaceLife& life : lives_) {
    if (life.is_live() && life.name() == name) found.push_back(&life);
  }
  return found;
}

InterfaceLife& Registry::new_life(const InterfaceName& name, Stamp born) {
  if (lives_.size() >= max_lives) drop_life(&lives_.front());
  InterfaceLife& life = lives_.emplace_back();
  life.born = born;
  life.names.push_back({born, born, name});
  return life;
}

Registry::Located Registry::new_peer(InterfaceLife& life, PeerId id) {
  KernelPeer& peer = life.peers[id];
  const Located located{&life, &peer};
  located_.insert_or_assign(id, located);
  return located;
}

void Registry::drop_life(const InterfaceLife* life) {
  for (const auto& [id, peer] : life->peers) located_.erase(id);
  lives_.remove_if([&](const InterfaceLife& other) { return &other == life; });
}

/// Drops all that was proven of the interface; what is known from now on is a log that began late.
void Registry::begin_again(InterfaceLife& life, ContradictionCause cause, Stamp from,
                           Findings& findings) {
  Contradiction contradiction{life.name(), cause, {}};
  for (auto& [id, peer] : life.peers) {
    if (peer.key) contradiction.ids.push_back(id);
    peer.key.reset();
    peer.born = never_before;
    peer.has_places = false;
    peer.span = {};
  }
  life.extent = LogExtent::late;
  life.has_first_rows = false;
  life.first_rows.clear();
  life.log_began = from;
  life.excess_since = never_yet;
  if (++life.contradictions >= max_contradictions) life.is_ambiguous = true;
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

void Registry::forget(Stamp before) {
  for (auto life = lives_.begin(); life != lives_.end();) {
    auto& current = *life++;
    if (current.dead < before) {
      drop_life(&current);
      continue;
    }
    std::erase_if(current.peers, [&](const auto& entry) {
      if (entry.second.dead >= before) return false;
      located_.erase(entry.first);
      const bool counts = !entry.second.is_born_in_log() && current.has_first_rows &&
                          entry.second.dead >= current.first_dump;
      if (counts) ++current.forgotten_dead;
      return true;
    });
  }
  std::erase_if(announced_deaths_, [&](const auto& entry) { return entry.second < before; });
}

void Registry::restore(const InterfaceName& interface, PeerId id, const PublicKey& key) {
  auto named = live(interface);
  InterfaceLife& life = named.empty() ? new_life(interface, never_before) : *named.front();
  KernelPeer& peer = *new_peer(life, id).peer;
  peer.key = key;
  peer.proof.evidence = {Evidence::restored};
  last_id_ = std::max(last_id_, id);
}

Registry::Bindings Registry::bindings() const {
  Bindings bindings;
  for (const InterfaceLife& life : lives_) {
    for (const auto& [id, peer] : life.peers) {
      if (peer.key && peer.dead == never_yet) bindings[{life.name(), *peer.key}] = id;
    }
  }
  return bindings;
}

}  // namespace wgaudit
