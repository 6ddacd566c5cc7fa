#include <algorithm>

#include "wgaudit/identity/registry.hpp"

namespace wgaudit {
namespace {

bool is_debug_line(EventKind kind) {
  return kind != EventKind::module_loaded && kind != EventKind::interface_renamed &&
         kind != EventKind::messages_suppressed && kind != EventKind::socket_failed &&
         kind != EventKind::unknown_message;
}

}  // namespace

void Registry::apply(const StampedLine& line, Findings& findings) {
  if (!line.kind) return;
  if (is_debug_line(*line.kind)) debug_began_ = std::min(debug_began_, line.stamp);
  if (line.stamp < reached_ && is_structural(*line.kind)) {
    if (InterfaceLife* const life = lives_.live(line.interface)) {
      contradict(*life, ContradictionCause::line_out_of_order, reached_, findings);
    }
  }
  if (line.kind == EventKind::peer_created) apply_created(line, findings);
  if (line.kind == EventKind::peer_destroyed) announced_deaths_.erase(*line.peer);
  if (line.peer) return apply_peer_line(line, findings);
  if (line.kind == EventKind::module_loaded) return apply_load(line.stamp, findings);
  if (line.kind == EventKind::interface_renamed) return apply_rename(line);
  if (line.kind == EventKind::interface_created) return lives_.on_created(line);
  if (line.kind == EventKind::interface_destroyed) return apply_destroyed(line, findings);
}

/// Ids begin again. The log does not: debug may be off for the first peers.
void Registry::apply_load(Stamp stamp, Findings& findings) {
  reconsider_news(SteadyTime::max(), findings);
  for (auto& [number, life] : lives_.all()) {
    if (life.has_proven_peer()) {
      contradict(life, ContradictionCause::module_loaded, stamp, findings);
    }
  }
  lives_.clear();
  news_.clear();
  creations_.on_load();
  announced_deaths_.clear();
  auto& dumps = dumps_.waiting();
  while (!dumps.empty() && span_of(dumps.front()).begin <= stamp) dumps.pop_front();
  debug_began_ = never_yet;
  debug_on_from_ = SteadyTime::max();
  announced_load_ = never_yet;
}

/// Every driver's interfaces are renamed with such a line: one that no line has named is ours if a
/// dump has it.
void Registry::apply_rename(const StampedLine& line) {
  const InterfaceName& previous = line.previous_interface;
  if (lives_.live(previous) == nullptr && dumps_.lists(previous)) {
    lives_.begin(previous, never_before);
  }
  lives_.on_renamed(line);
}

void Registry::apply_destroyed(const StampedLine& line, Findings& findings) {
  InterfaceLife* const life = lives_.on_destroyed(line);
  const bool can_tell = life != nullptr && life->first_listing && !life->is_shared();
  if (can_tell) conclude(*life, reconcile_end(*life), reached_, findings);
}

void Registry::apply_created(const StampedLine& line, Findings& findings) {
  const UtcTime not_after = printed({line.stamp, line.received}).utc;
  const auto unseen = creations_.on_created(*line.peer, printed_not_before(line), not_after);
  if (unseen) findings.unseen.push_back(*unseen);
}

void Registry::apply_peer_line(const StampedLine& line, Findings& findings) {
  const auto [located, was_created_unseen] = lives_.on_peer_line(line);
  if (!located) return;
  const auto& [life, peer] = *located;
  if (was_created_unseen) {
    contradict(*life, ContradictionCause::created_not_seen, line.stamp, findings);
  }
  if (line.kind == EventKind::peer_created && peer->key) {
    // No id is given out twice: the module was loaded when nobody looked.
    contradict(*life, ContradictionCause::module_loaded, line.stamp, findings);
  }
  note_line(line, printed_not_before(line), *peer);
  if (life->has_first_rows && (!peer->key || peer->is_unheard)) news_.insert(life->number);
  if (line.stamp > life->log_began) peer->is_unheard = false;
  life->last_line = std::max(life->last_line, line.stamp);
  if (line.sequence == 0) return;
  if (peer->first_event == 0) peer->first_event = line.sequence;
  peer->first_event = std::min(peer->first_event, line.sequence);
  peer->last_event = std::max(peer->last_event, line.sequence);
  if (peer->key) settle(*life, *line.peer, findings);
}

std::optional<UtcTime> Registry::printed_not_before(const StampedLine& line) const {
  const auto earliest = clock_.earliest(line.stamp);
  if (wall_set_ >= earliest) return std::nullopt;
  return line.received.utc - (line.received.awake() - earliest);
}

}  // namespace wgaudit
