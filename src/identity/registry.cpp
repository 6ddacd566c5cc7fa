#include "wgaudit/identity/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "identity/judge.hpp"
#include "identity/line_step.hpp"

namespace wgaudit {
namespace {

// A late log is judged again at most once in so long: that is as much work as a dump.
constexpr std::chrono::seconds reconsider_after{1};

// A record names so many candidates at most.
constexpr std::size_t few_candidates = 4;

StampedLine stamped_line(const KernelEvent& event, const LineTimes& times) {
  StampedLine line;
  line.stamp = *times.stamp;
  line.received = times.received;
  line.kind = event.kind;
  line.interface = event.interface;
  line.previous_interface =
      parse_interface_name(event.previous_interface).value_or(InterfaceName{});
  line.peer = event.peer;
  line.keypair = event.keypair;
  line.endpoint = event.endpoint;
  return line;
}

double in_seconds(Stamp stamp) {
  return static_cast<double>(stamp.count()) / 1e6;
}

std::string lifetime(const KernelPeer& peer) {
  const std::string born = peer.is_born_in_log()
                               ? fmt::format("created at [{:.6f}]", in_seconds(peer.born))
                               : std::string("older than the log");
  if (peer.dead == never_yet) return born;
  return fmt::format("{}, destroyed at [{:.6f}]", born, in_seconds(peer.dead));
}

std::string conclusion(const KernelPeer& peer) {
  if (!peer.key) return "not proven";
  std::string evidence;
  for (const Evidence one : peer.proof.evidence.list()) {
    evidence += fmt::format("{}{}", evidence.empty() ? "" : ", ", to_text(one));
  }
  return fmt::format("is {}, proven by {}", to_text(*peer.key), evidence);
}

}  // namespace

Identity Registry::on_line(const KernelEvent& event, const LineTimes& times) {
  // The copyright line belongs to the line of the load before it.
  if (event.kind == EventKind::module_loaded && event.text.empty()) return {};
  if (!times.stamp) return {};
  watch_wall_clock(times.received);
  Identity identity;
  if (event.peer) identity = identify(event, *times.stamp);
  state_.clock.on_line(*times.stamp, times.received);
  if (is_structural(event.kind)) {
    state_.has_changes = true;
    changed_ = times.received.awake();
  }
  StampedLine line = stamped_line(event, times);
  // A record that has the key already needs no settlement later.
  line.sequence = identity.public_key ? 0 : times.event_sequence;
  if (queue_.push(line)) state_.announced.on_line(line);
  return identity;
}

void Registry::on_other_line(const LineTimes& times) {
  if (!times.stamp) return;
  state_.clock.on_line(*times.stamp, times.received);
  StampedLine line;
  line.stamp = *times.stamp;
  line.received = times.received;
  queue_.push(line);
}

Identity Registry::identify(const KernelEvent& event, Stamp stamp) const {
  Identity identity;
  // It is an id of the new load, whose line is still being put in order.
  if (stamp >= state_.announced.load()) return identity;
  const auto found = state_.lives.find(*event.peer);
  if (!found) return identity;
  const auto& [life, peer] = *found;
  const Stamp dead = state_.announced.death_of(*event.peer).value_or(peer->dead);
  // Ids are given again after a load: this line can be about an earlier or a later peer.
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
      identity.candidates.push_back(life->first_rows->rows.at(i).key);
    }
  }
  return identity;
}

SteadyTime Registry::drained_to() const {
  const bool has_come = state_.clock.is_trusted() && state_.reached != never_before;
  return has_come ? state_.clock.earliest(state_.reached) : SteadyTime::min();
}

Findings Registry::advance(Instant now) {
  Findings findings;
  state_.now = now.awake();
  watch_wall_clock(now);
  Judge judge(state_, findings);
  while (const auto line = queue_.pop(now.awake())) {
    // Before the line is applied: a dump shows what was before it.
    judge.judge_dumps(line->stamp);
    LineStep(state_, findings).take(*line);
    state_.reached = std::max(state_.reached, line->stamp);
  }
  judge.reconsider_news(now.awake() - reconsider_after);
  fold(findings.settlements);
  return findings;
}

/// The lines that wait are put to use, but no dump is judged by them: some may be missing.
Findings Registry::on_gap(Instant now) {
  Findings findings;
  while (const auto line = queue_.pop(SteadyTime::max())) LineStep(state_, findings).take(*line);
  fold(findings.settlements);
  state_.lives.on_gap(state_.clock.surely_after(now.awake()));
  state_.dumps.waiting().clear();
  return findings;
}

/// The lines that wait are dropped: they can be of either load.
Findings Registry::on_unseen_load() {
  Findings findings;
  while (queue_.pop(SteadyTime::max())) {
  }
  LineStep(state_, findings).take_load(state_.reached);
  state_.dumps.waiting().clear();
  return findings;
}

Findings Registry::finish() {
  Findings findings;
  const Stamp load = state_.announced.load();
  if (load != never_yet) LineStep(state_, findings).take_load(load);
  return findings;
}

void Registry::watch_wall_clock(Instant now) {
  if (!state_.clock.on_time(now)) return;
  // By a clock that was set back, a later handshake can show an earlier second.
  for (auto& [number, life] : state_.lives.all()) life.forget_handshakes();
}

void Registry::restore(const InterfaceName& interface, PeerId id, const PublicKey& key) {
  InterfaceLife* const known = state_.lives.live(interface);
  // A run begins in a log that is late.
  InterfaceLife& life = known != nullptr ? *known : state_.lives.begin(interface, never_before);
  KernelPeer& peer = *state_.lives.add(life, id).peer;
  peer.key = key;
  peer.proof.evidence = {Evidence::restored};
  peer.is_unheard = true;
}

Registry::Bindings Registry::bindings() const {
  Bindings bindings;
  for (const auto& [number, life] : state_.lives.all()) {
    for (const auto& [id, peer] : life.peers) {
      if (!peer.key || peer.dead != never_yet) continue;
      bindings[{life.name(), *peer.key}] = {id, peer.proof.evidence};
    }
  }
  return bindings;
}

std::vector<std::string> Registry::explain(PeerId id) const {
  const auto found = state_.lives.find(id);
  if (!found) return {};
  const auto& [life, peer] = *found;
  std::vector<std::string> lines = {fmt::format("peer {} of {} {}", static_cast<std::uint64_t>(id),
                                                life->name().view(), conclusion(*peer)),
                                    lifetime(*peer),
                                    life->extent == LogExtent::whole
                                        ? "the log of the interface is whole, from its creation"
                                        : "the interface may have peers older than the log"};
  if (peer->key && peer->proof.rows != 0) {
    lines.push_back(fmt::format("row {} of {} in the dump of {}, when {} ids were known to live",
                                peer->proof.row, peer->proof.rows, to_rfc3339(peer->proof.dump),
                                peer->proof.ids));
  }
  if (!peer->key && peer->has_places) {
    lines.push_back(
        fmt::format("{} of {} rows are left", peer->places.size(), life->first_rows->rows.size()));
  }
  if (life->is_shared()) lines.push_back("another interface has or had the same name");
  if (peer->standing == Standing::foreign) {
    lines.push_back("the rows of dumps were those of others");
  }
  if (life->is_absent_from_dumps()) lines.push_back("dumps do not have the interface");
  return lines;
}

}  // namespace wgaudit
