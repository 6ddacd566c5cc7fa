#pragma once

#include "classify/rule_table.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Fills `event` with what a match under wireguard_vocabulary() says. False where a capture is no
/// value of its field; then nothing is set but the interface that was.
bool fill(const MatchView& match, KernelEvent& event);

}  // namespace wgaudit
