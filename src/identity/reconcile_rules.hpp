#pragma once

#include <utility>

#include "wgaudit/identity/reconcile.hpp"

namespace wgaudit {

using PeerEntry = std::pair<const PeerId, KernelPeer>;

/// The rule for a log that is whole.
Verdict reconcile_whole(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// The same where peers came or went while the dump was taken. It shows one moment of that: what is
/// alike in all that have as many ids as there are rows holds. A peer leaves the list a little
/// before its `destroyed`, so a moment with more ids is out of the question only where nobody goes.
Verdict reconcile_moments(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// The rules for a log that began late.
Verdict reconcile_late(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// Whether some of `live` are perhaps a namesake's.
bool has_undecided(const std::vector<PeerEntry*>& live);

/// Where there are fewer rows than live ids: if the rows are exactly those of the ids that are
/// known to be listed, the others are a namesake's.
Verdict tell_strangers(InterfaceLife& life, const std::vector<PeerEntry*>& live,
                       std::span<const DumpRow> rows, const DumpSpan& dump);

/// Whether a dump shows keys of peers that went to a namesake: they may be back.
bool lists_keys_of_strangers(const InterfaceLife& life, std::span<const DumpRow> rows);

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
