#pragma once

#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/session.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Adds what a line of a peer, whose id is proven, tells of its session.
void note_line(const KernelEvent& event, UtcTime now, LineNotes& notes);

}  // namespace wgaudit
