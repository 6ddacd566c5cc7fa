#include "line_notes.hpp"

namespace wgaudit {
namespace {

// A handshake takes at least rekey_timeout, and dumps settle them: more are forged.
constexpr std::size_t max_completed = 64;

}  // namespace

void note_line(const KernelEvent& event, UtcTime now, LineNotes& notes) {
  const auto initiated_by = [&](Initiator initiator) {
    notes.initiator = initiator;
    notes.initiated = now;
  };
  if (event.kind == EventKind::keepalive_received) notes.keepalive = now;
  if (event.kind == EventKind::handshake_initiation_received) initiated_by(Initiator::peer);
  if (event.kind != EventKind::handshake_response_received) return;
  initiated_by(Initiator::gateway);
  if (notes.completed.size() < max_completed) notes.completed.push_back(now);
}

}  // namespace wgaudit
