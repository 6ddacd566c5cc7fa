#include "identity/judge.hpp"

#include <algorithm>
#include <utility>

#include "identity/reconcile_late.hpp"
#include "identity/reconcile_whole.hpp"

namespace wgaudit {
namespace {

// Peers that go now may have left the list before the dump: their `destroyed` lags by a grace
// period of RCU, some ten milliseconds.
constexpr Stamp destroyed_lag = std::chrono::milliseconds(300);

// Lines of a peer that is gone come for a moment longer (is_dead, receive.c).
constexpr Stamp remembered = std::chrono::seconds(60);

Verdict reconcile(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump,
                  Drained drained) {
  if (dump.begin <= life.log_began) return {};
  if (life.is_shared() && lists_keys_of_strangers(life, rows)) return {};
  const bool is_whole = life.extent == LogExtent::whole;
  switch (drained) {
    case Drained::to_end:
      return is_whole ? reconcile_whole(life, rows, dump) : Verdict{};
    case Drained::to_calm:
      return is_whole ? reconcile_moments(life, rows, dump) : reconcile_late(life, rows, dump);
  }
  __builtin_unreachable();
}

bool had_name(const InterfaceLife& life, const InterfaceName& name) {
  return std::any_of(life.names.begin(), life.names.end(),
                     [&](const InterfaceLife::Name& past) { return past.name == name; });
}

}  // namespace

void Judge::judge_dumps(Stamp reached) {
  // Without changes, the order of lines and dumps does not matter.
  if (!state_.clock.is_trusted() && state_.has_changes) return;
  auto& dumps = state_.dumps.waiting();
  for (WaitingDump& dump : dumps) {
    const DumpSpan span = span_of(dump);
    // Dumps are in the order of time: those after it are not drained either.
    if (span.end >= reached) break;
    if (dump.is_half_done) continue;
    dump.is_half_done = true;
    judge_dump(dump, span, Drained::to_end);
  }
  while (!dumps.empty() && dumps.front().is_half_done) {
    const DumpSpan span = span_of(dumps.front());
    if (span.end + destroyed_lag >= reached) return;
    add_unnamed(dumps.front(), span);
    judge_dump(dumps.front(), span, Drained::to_calm);
    dumps.pop_front();
    state_.lives.forget(span.begin - remembered);
  }
}

DumpSpan Judge::span_of(const WaitingDump& dump) const {
  return state_.clock.span_of(dump.started, dump.finished);
}

void Judge::judge_dump(const WaitingDump& dump, const DumpSpan& span, Drained drained) {
  const bool is_seen = state_.debug.was_on(span, dump.started.awake());
  for (auto& [number, life] : state_.lives.all()) {
    // While an interface comes or goes, the dump may show any part of it.
    if (life.born >= span.begin || life.dead <= span.end) continue;
    // A log that is whole begins with a debug line: debug was on.
    if (life.extent == LogExtent::late && !is_seen) continue;
    judge_life(life, dump, span, drained);
  }
}

void Judge::judge_life(InterfaceLife& life, const WaitingDump& dump, const DumpSpan& span,
                       Drained drained) {
  const auto name = life.name_at(span.begin);
  // Renamed meanwhile: which name the dump shows is not known.
  if (!name || name != life.name_at(span.end)) return;
  const WaitingDump::Interface* const listed = dump.find(*name);
  // The interface was in another namespace, and that this one has the name now is only a guess:
  // moves print nothing. Keys that are proven will show it.
  const bool is_new_here = listed != nullptr && life.is_absent_from_dumps();
  if (is_new_here && !life.has_proven_peer()) life.mix(span.end);
  if (drained == Drained::to_calm) {
    life.is_listed = listed != nullptr;
    life.dumps_without = life.is_listed ? 0 : life.dumps_without + 1;
  }
  if (listed == nullptr) return;
  conclude(life, reconcile(life, listed->rows, span, drained), span.end);
}

void Judge::conclude(InterfaceLife& life, const Verdict& verdict, Stamp from) {
  state_.news.erase(life.number);
  life.judged_at = state_.now;
  if (verdict.contradiction) return contradict(life, *verdict.contradiction, from);
  for (const PeerId id : verdict.proven) settle(life, id);
}

void Judge::conclude_end(InterfaceLife& life) {
  conclude(life, reconcile_end(life), state_.reached);
}

void Judge::reconsider_news(SteadyTime judged_before) {
  auto& news = state_.news;
  auto& lives = state_.lives.all();
  std::erase_if(news, [&](std::uint64_t number) { return !lives.contains(number); });
  for (auto place = news.begin(); place != news.end();) {
    InterfaceLife& life = lives.at(*place++);
    if (life.judged_at < judged_before) conclude(life, reconsider(life), state_.reached);
  }
}

/// Begins lives of the dump's interfaces that no line has named yet.
void Judge::add_unnamed(const WaitingDump& dump, const DumpSpan& span) {
  for (const WaitingDump::Interface& interface : dump.interfaces) {
    if (state_.lives.live(interface.name) != nullptr) continue;
    const auto& lives = state_.lives.all();
    const bool is_named = std::any_of(lives.begin(), lives.end(), [&](const auto& entry) {
      const InterfaceLife& life = entry.second;
      return life.dead >= span.begin && life.born <= span.end && had_name(life, interface.name);
    });
    if (!is_named) state_.lives.begin(interface.name, never_before);
  }
}

void Judge::contradict(InterfaceLife& life, ContradictionCause cause, Stamp from) {
  Contradiction contradiction{life.name(), cause, {}};
  for (const auto& [id, peer] : life.peers) {
    if (peer.key) contradiction.ids.push_back(id);
  }
  life.begin_again(from);
  // What this wake-up proved of the life and did not report yet is not reported: its records wait
  // for the next proof.
  std::erase_if(findings_.settlements, [&](const Settlement& settlement) {
    const auto peer = life.peers.find(settlement.id);
    if (peer == life.peers.end()) return false;
    if (settlement.events) peer->second.first_event = settlement.events->first;
    if (settlement.events) peer->second.last_event = settlement.events->last;
    return true;
  });
  findings_.contradictions.push_back(std::move(contradiction));
}

void Judge::settle(InterfaceLife& life, PeerId id) {
  KernelPeer& peer = life.peers.at(id);
  Settlement settlement{life.name(), id, *peer.key, peer.proof.evidence.list(), {}};
  if (peer.first_event != 0) settlement.events = EventRange{peer.first_event, peer.last_event};
  // Later events of it are settled by themselves.
  peer.first_event = peer.last_event = 0;
  findings_.settlements.push_back(std::move(settlement));
}

}  // namespace wgaudit
