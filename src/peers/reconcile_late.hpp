#pragma once

#include "wgaudit/peers/reconcile.hpp"

namespace wgaudit {

/// The rules for a log that began late.
Verdict reconcile_late(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump);

/// More ids than rows: `destroyed` lags, but not for ever.
Verdict wait_for_destroyed(InterfaceLife& life, const DumpSpan& dump);

/// Gives `peer` the key, or says that it has another.
bool prove(PeerId id, KernelPeer& peer, const PublicKey& key, const Proof& proof, Verdict& verdict);

/// Rows are counted from 1.
inline std::uint32_t row_number(std::size_t index) {
  return static_cast<std::uint32_t>(index + 1);
}

}  // namespace wgaudit
