#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "wgaudit/identity/contradiction.hpp"
#include "wgaudit/identity/dump_queue.hpp"
#include "wgaudit/identity/interface_life.hpp"

namespace wgaudit {

/// Verdict is what one dump proves about one interface. Without members set, it proves nothing.
struct Verdict {
  std::vector<PeerId> proven;  ///< Ids that are newly proven.
  std::optional<ContradictionCause> contradiction;
};

using PeerEntry = std::pair<const PeerId, KernelPeer>;

/// Gives `peer` the key. Returns false, with the contradiction, where it has another.
bool prove(PeerId id, KernelPeer& peer, const PublicKey& key, const Proof& proof, Verdict& verdict);

/// Returns whether some of `live` are perhaps a namesake's.
bool has_undecided(const std::vector<PeerEntry*>& live);

/// Judges a dump with fewer rows than live ids: if the rows are exactly those of the ids that are
/// known to be listed, the other ids become a namesake's.
Verdict name_strangers(InterfaceLife& life, const std::vector<PeerEntry*>& live,
                       std::span<const DumpRow> rows, const DumpSpan& dump);

/// Returns whether a dump shows keys of peers that went to a namesake: they may be back.
bool lists_keys_of_strangers(const InterfaceLife& life, std::span<const DumpRow> rows);

/// Judges a dump with more ids than rows: `destroyed` lags, but not for ever.
Verdict wait_for_destroyed(InterfaceLife& life, const DumpSpan& dump);

/// Returns whether no peer went around the dump. Where peers go one after the other, some have left
/// the list whose `destroyed` is still to come.
bool is_calm(const InterfaceLife& life, const DumpSpan& dump);

/// Rows are counted from 1.
inline std::uint32_t row_number(std::size_t index) {
  return static_cast<std::uint32_t>(index + 1);
}

}  // namespace wgaudit
