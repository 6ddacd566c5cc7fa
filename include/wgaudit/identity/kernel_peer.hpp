#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/assignment.hpp"
#include "wgaudit/identity/evidence.hpp"
#include "wgaudit/identity/line_queue.hpp"
#include "wgaudit/identity/stamp_clock.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// never_before and never_yet stand for what no line has said: before and after every stamp, so
/// that comparisons need no further case.
inline constexpr Stamp never_before = Stamp::min();
inline constexpr Stamp never_yet = Stamp::max();

/// HandshakeBound is what a line says about a row's latest handshake: it is not before that second.
struct HandshakeBound {
  Stamp stamp = never_yet;            ///< Stamp of the line; never_yet: there is none.
  std::chrono::sys_seconds second{};  ///< Latest-handshake is this second or later.
};

/// EndpointSpan is a row of a peer's lines that show one endpoint. It is weak evidence: a peer
/// moves without a line.
struct EndpointSpan {
  std::size_t hash = 0;       ///< Hash of the endpoint.
  Stamp first = never_yet;    ///< First line of the row.
  Stamp last = never_before;  ///< Last line of the row, until now.
  Stamp dump = never_yet;     ///< End of a dump after `first`.

  /// Returns whether the endpoint was the same on both sides of a dump.
  bool spans_dump() const { return dump < last; }
};

/// Proof is what an identity was concluded from, for `wgaudit replay --explain`.
struct Proof {
  UtcTime dump;            ///< When the dump was complete.
  std::uint32_t row = 0;   ///< Row of the interface, from 1.
  std::uint32_t rows = 0;  ///< Number of rows of the interface.
  std::uint32_t ids = 0;   ///< Number of the interface's ids that were known to live.
  EvidenceSet evidence;
};

/// Standing says whether a peer belongs to the interface that dumps list under the name.
enum class Standing : std::uint8_t {
  member,     ///< A peer of it.
  undecided,  ///< A peer of it or of a namesake, in another network namespace.
  foreign,    ///< A peer of a namesake.
};

/// KernelPeer is one peer object of the kernel, as its lines show it. InterfaceLife owns it. There
/// can be very many: members are in an order that wastes no room.
struct KernelPeer {
  Stamp born = never_before;         ///< Stamp of its creation; never_before: no line said so.
  Stamp dead = never_yet;            ///< Stamp of its `destroyed`, or of its interface's.
  Stamp first_endpoint = never_yet;  ///< First line that shows an endpoint.
  Stamp last_without_endpoint = never_before;  ///< Last line that shows that it has none.
  HandshakeBound at_least;                     ///< Bound of its latest handshake.
  std::array<Stamp, 2> received{never_before, never_before};  ///< Last two packets, latest first.
  Stamp keys_zeroed = never_before;                           ///< Last time that they were.
  EndpointSpan span;
  std::uint64_t first_event = 0;  ///< First record of it that waits for its key; 0: none.
  std::uint64_t last_event = 0;   ///< Last such record.
  Places places;                  ///< Places in the rows that the interface had when its log began.
  Proof proof;                    ///< Where `key` is set.
  EvidenceSet pruned_by;          ///< What has narrowed `places`.
  bool has_places = false;        ///< `places` was begun.
  bool is_unheard = false;        ///< Lines were lost since its last line: it may be gone.
  Standing standing = Standing::member;
  std::optional<PublicKey> key;  ///< Its key, once it is proven.

  bool is_born_in_log() const { return born != never_before; }
};

/// Takes what a line says about its peer. `not_before` is when it was printed, at the earliest;
/// nothing where the wall clock was set since.
void note_line(const StampedLine& line, std::optional<UtcTime> not_before, KernelPeer& peer);

}  // namespace wgaudit
