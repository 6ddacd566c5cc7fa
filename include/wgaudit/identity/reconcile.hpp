#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wgaudit/identity/contradiction.hpp"
#include "wgaudit/identity/interface_life.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// What identity needs of a row of a dump.
struct DumpRow {
  PublicKey public_key;
  std::size_t endpoint = 0;  ///< Hash.
  bool has_endpoint = false;
  std::chrono::sys_seconds latest_handshake{};
  std::uint64_t rx_bytes = 0;
};

DumpRow dump_row(const DumpPeer& peer);

/// What one dump has to say about one interface.
struct Verdict {
  std::vector<PeerId> proven;  ///< Newly.
  std::optional<ContradictionCause> contradiction;
};

/// How far the log has come when a dump is judged.
enum class Drained : std::uint8_t {
  to_end,   ///< All that was printed before the dump's end is known.
  to_calm,  ///< And, a moment behind it, whose `destroyed` was on its way.
};

/// Joins the ids of an interface, ascending, to the rows of a dump. The interface had one name
/// while the dump was taken. Each dump is judged twice. Linear in ids and rows.
///
/// The log is whole: `created` is printed under the lock that a dump needs, `destroyed` only after
/// the peer has left the list (drivers/net/wireguard/peer.c). So the live ids include the rows, and
/// equal numbers are an exact map. Ids created while the dump was taken are the last: those before
/// them have the first rows, if nobody was going.
///
/// The log began late: ids created since are the last rows. What precedes them are the rows that
/// were there when the log began, less those whose `destroyed` was seen; as long as that count
/// holds, the older ids that lines name go to these rows, ascending, by the evidence of each.
///
/// Another interface has the name, in a namespace of its own: the live ids include the rows still,
/// so that equal numbers are an exact map still. And where the rows are those of the ids whose keys
/// are known, the others are the other one's.
Verdict reconcile(InterfaceLife& life, std::span<const DumpRow> rows, const DumpSpan& dump,
                  Drained drained);

/// Judges the last dump that counted once more, with what lines have told since. Log that began
/// late only: there, an id is older than the dump and named later.
Verdict reconsider(InterfaceLife& life);

/// Judges the first dump that counts, or the last before it, after the interface's end: all that
/// were left have been named by then. Log that began late only.
Verdict reconcile_end(InterfaceLife& life);

}  // namespace wgaudit
