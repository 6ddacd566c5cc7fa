#include "identity/line_step.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

/// Other lines are printed with debug off, too.
bool is_debug_line(EventKind kind) {
  return kind != EventKind::module_loaded && kind != EventKind::interface_renamed &&
         kind != EventKind::messages_suppressed && kind != EventKind::socket_failed &&
         kind != EventKind::unknown_message;
}

}  // namespace

void LineStep::take(const StampedLine& line) {
  if (!line.kind) return;
  if (is_debug_line(*line.kind)) state_.debug.on_debug_line(line.stamp);
  // Other lines that come too late only add evidence, which does not depend on their order.
  if (line.stamp < state_.reached && is_structural(*line.kind)) {
    if (InterfaceLife* const life = state_.lives.live(line.interface)) {
      judge_.contradict(*life, ContradictionCause::line_out_of_order, state_.reached);
    }
  }
  if (line.kind == EventKind::peer_created) take_created(line);
  if (line.kind == EventKind::peer_destroyed) state_.announced.on_destroyed(*line.peer);
  if (line.peer) return take_peer_line(line);
  if (line.kind == EventKind::module_loaded) return take_load(line.stamp);
  if (line.kind == EventKind::interface_renamed) return take_rename(line);
  if (line.kind == EventKind::interface_created) return state_.lives.on_created(line);
  if (line.kind == EventKind::interface_destroyed) return take_destroyed(line);
}

void LineStep::take_load(Stamp stamp) {
  judge_.reconsider_news(SteadyTime::max());
  for (auto& [number, life] : state_.lives.all()) {
    // Had the lines of its end come, nothing would be left to contradict.
    if (life.has_proven_peer()) judge_.contradict(life, ContradictionCause::module_loaded, stamp);
  }
  state_.lives.clear();
  state_.news.clear();
  state_.creations.on_load();
  state_.announced.on_load();
  state_.debug.on_load();
  auto& dumps = state_.dumps.waiting();
  const auto is_before_load = [&](const WaitingDump& dump) {
    return state_.clock.span_of(dump.started, dump.finished).begin <= stamp;
  };
  while (!dumps.empty() && is_before_load(dumps.front())) dumps.pop_front();
}

/// The interfaces of all drivers are renamed with such a line (dev_change_name of net/core/dev.c):
/// one that no line has named is WireGuard's where a dump has it.
void LineStep::take_rename(const StampedLine& line) {
  const InterfaceName& previous = line.previous_interface;
  if (state_.lives.live(previous) == nullptr && state_.dumps.lists(previous)) {
    state_.lives.begin(previous, never_before);
  }
  state_.lives.on_renamed(line);
}

void LineStep::take_destroyed(const StampedLine& line) {
  InterfaceLife* const life = state_.lives.on_destroyed(line);
  // A listing that waited for calm can be judged: all its ids have been named by now.
  const bool can_tell = life != nullptr && life->first_listing && !life->is_shared();
  if (can_tell) judge_.conclude_end(*life);
}

void LineStep::take_created(const StampedLine& line) {
  const UtcTime not_after = state_.clock.printed({line.stamp, line.received}).utc;
  const auto not_before = state_.clock.printed_not_before(line);
  const auto unseen = state_.creations.on_created(*line.peer, not_before, not_after);
  if (unseen) findings_.unseen.push_back(*unseen);
}

void LineStep::take_peer_line(const StampedLine& line) {
  const auto [located, was_created_unseen] = state_.lives.on_peer_line(line);
  if (!located) return;
  const auto& [life, peer] = *located;
  if (was_created_unseen) {
    judge_.contradict(*life, ContradictionCause::created_not_seen, line.stamp);
  }
  if (line.kind == EventKind::peer_created && peer->key) {
    // No id is given out twice: the module was loaded, and no line of that came.
    judge_.contradict(*life, ContradictionCause::module_loaded, line.stamp);
  }
  note_line(line, state_.clock.printed_not_before(line), *peer);
  // The dump that counted last can prove more with it.
  if (life->first_rows && (!peer->key || peer->is_unheard)) state_.news.insert(life->number);
  if (line.stamp > life->log_began) peer->is_unheard = false;
  life->last_line = std::max(life->last_line, line.stamp);
  if (line.sequence != 0) note_event(line, *life, *peer);
}

/// Notes the record of a line that was recorded without the peer's key.
void LineStep::note_event(const StampedLine& line, InterfaceLife& life, KernelPeer& peer) {
  if (peer.first_event == 0) peer.first_event = line.sequence;
  peer.first_event = std::min(peer.first_event, line.sequence);
  peer.last_event = std::max(peer.last_event, line.sequence);
  if (peer.key) judge_.settle(life, *line.peer);
}

}  // namespace wgaudit
