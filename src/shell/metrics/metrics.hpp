#pragma once

#include "shell/metrics/exposition.hpp"
#include "shell/status/status.hpp"

namespace wgaudit {

/// The daemon's own metrics, wgaudit_*: what wgaudit(8), METRICS lists. Counters begin at 0 with
/// the daemon.
///
/// No sender decides how many series there are. Labels, and what bounds them:
/// - kind, action, outcome, state, reader, stream: enumerations;
/// - reason: names of this program's, never text from outside;
/// - version: one;
/// - interface: the first 32 of the last dump, all others together as `other`.
/// No label names a peer: series of thousands of peers are an option (peer_metrics.hpp).
void write_metrics(const Status& status, Exposition& text);

}  // namespace wgaudit
