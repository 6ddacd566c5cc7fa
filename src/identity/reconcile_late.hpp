#pragma once

#include <span>

#include "identity/verdict.hpp"

namespace wgaudit {

/// Judges a dump of an interface whose log began late: peers may be older than the log.
Verdict reconcile_late(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// Judges the last dump that counted once more, with what lines have said since: an id can be older
/// than the dump and be named later.
Verdict reconsider(InterfaceLife& life);

/// Judges the first dump that counts, or the last before it, after the interface's end: all ids
/// that were left have been named by then.
Verdict reconcile_end(InterfaceLife& life);

}  // namespace wgaudit
