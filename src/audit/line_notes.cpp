#include "wgaudit/audit/line_notes.hpp"

#include <utility>

namespace wgaudit {
namespace {

// A handshake takes at least rekey_timeout, and dumps settle them: more are forged.
constexpr std::size_t max_completed = 64;

// Beyond these, the oldest ids are given up: those of other namespaces are hardly ever proven.
constexpr std::size_t max_unsettled = 4096;

}  // namespace

void note_line(const HeardLine& line, LineNotes& notes) {
  const EventKind kind = line.event.kind;
  const Instant now = line.received;
  if (kind == EventKind::keepalive_received) notes.keepalive = now;
  if (kind == EventKind::handshake_initiation_received) {
    note_initiation(notes, {Initiator::peer, now.steady});
  }
  if (kind != EventKind::handshake_response_received) return;
  note_initiation(notes, {Initiator::gateway, now.steady});
  if (notes.completed.size() < max_completed) notes.completed.push_back(now.steady);
}

void UnsettledNotes::on_line(const HeardLine& line) {
  const KernelEvent& event = line.event;
  const IdentityState identity = line.identity.state;
  if (event.kind == EventKind::module_loaded) notes_.clear();
  if (!event.peer || identity == IdentityState::proven) return;
  if (!is_received_packet(event.kind)) return;
  if (notes_.size() >= max_unsettled && !notes_.contains(*event.peer)) {
    if (identity == IdentityState::foreign) return;
    notes_.erase(notes_.begin());
  }
  LineNotes& notes = notes_[*event.peer];
  note_line(line, notes);
  notes.completed.clear();
}

void UnsettledNotes::settle(PeerId id, LineNotes& notes) {
  const auto node = notes_.extract(id);
  if (node.empty()) return;
  const LineNotes& earlier = node.mapped();
  LineNotes both;
  for (const LineNotes* const part : {&earlier, static_cast<const LineNotes*>(&notes)}) {
    for (const Initiation& initiation : part->initiations) note_initiation(both, initiation);
  }
  notes.initiations = std::move(both.initiations);
  if (!notes.keepalive) notes.keepalive = earlier.keepalive;
}

}  // namespace wgaudit
