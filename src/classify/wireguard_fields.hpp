#pragma once

#include "classify/rule_table.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Fills `event` with what a match of a rule in wireguard_vocabulary() says. False where a capture
/// is no value of its field, such as a number of more than 64 bits; then `event` is empty but for
/// the interface that it had.
bool fill(const MatchView& match, KernelEvent& event);

}  // namespace wgaudit
