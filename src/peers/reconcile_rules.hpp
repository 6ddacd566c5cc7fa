#pragma once

#include "wgaudit/peers/reconcile.hpp"

namespace wgaudit {

/// The rule for a log that is whole.
Verdict reconcile_whole(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// The same where peers came or went while the dump was taken. It shows one moment of that: what is
/// alike in all that have as many ids as there are rows holds. A peer leaves the list a little
/// before its `destroyed`, so a moment with more ids is out of the question only where nobody goes.
Verdict reconcile_moments(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// The rules for a log that began late.
Verdict reconcile_late(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// More ids than rows: `destroyed` lags, but not for ever.
Verdict wait_for_destroyed(InterfaceLife& life, const DumpSpan& dump);

/// Where peers go one after the other, some have left the list whose `destroyed` is still to come.
bool is_calm(const InterfaceLife& life, const DumpSpan& dump);

/// Gives `peer` the key, or says that it has another.
bool prove(PeerId id, KernelPeer& peer, const PublicKey& key, const Proof& proof, Verdict& verdict);

/// Rows are counted from 1.
inline std::uint32_t row_number(std::size_t index) {
  return static_cast<std::uint32_t>(index + 1);
}

}  // namespace wgaudit
