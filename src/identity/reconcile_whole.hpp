#pragma once

#include <span>

#include "identity/verdict.hpp"

namespace wgaudit {

/// Judges a dump of an interface whose log is whole: as many live ids as rows are an exact map.
Verdict reconcile_whole(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// Judges the same where peers came or went while the dump was taken. The dump shows one moment of
/// that: what is alike in all moments that have as many ids as there are rows holds. A peer leaves
/// the list a little before its `destroyed`, so a moment with more ids is out of the question only
/// where no peer goes.
Verdict reconcile_moments(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

}  // namespace wgaudit
