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

inline constexpr Stamp never_before = Stamp::min();
inline constexpr Stamp never_yet = Stamp::max();

/// What a line says about a row's latest handshake.
struct HandshakeBound {
  Stamp stamp = never_yet;  ///< Of the line; never_yet: there is none.
  std::chrono::sys_seconds second{};
};

/// The lines of a peer in a row that show one endpoint. Soft: a peer moves without a line.
struct EndpointSpan {
  std::size_t hash = 0;
  Stamp first = never_yet;
  Stamp last = never_before;
  Stamp dump = never_yet;  ///< One behind `first`.

  /// The endpoint was the same on both sides of a dump.
  bool spans_dump() const { return dump < last; }
};

/// What an identity was concluded from, for people to ask.
struct Proof {
  UtcTime dump;           ///< When the dump was complete.
  std::uint32_t row = 0;  ///< Of the interface, from 1.
  std::uint32_t rows = 0;
  std::uint32_t ids = 0;  ///< Known live ids of the interface then.
  EvidenceSet evidence;
};

/// Whether a peer belongs to the interface that dumps list under the name.
enum class Standing : std::uint8_t {
  member,
  undecided,  ///< Its own or a namesake's, in another network namespace.
  foreign,    ///< A namesake's.
};

/// One peer object of the kernel, as its lines tell of it. There can be very many: members are in
/// an order that wastes no room.
struct KernelPeer {
  Stamp born = never_before;  ///< never_before: no line told of it.
  Stamp dead = never_yet;
  Stamp first_endpoint = never_yet;
  Stamp last_without_endpoint = never_before;
  HandshakeBound at_least;
  std::array<Stamp, 2> received{never_before, never_before};  ///< The last packets, last first.
  Stamp keys_zeroed = never_before;                           ///< The last time.
  EndpointSpan span;
  std::uint64_t first_event = 0;  ///< Sequence numbers of its events that await an identity.
  std::uint64_t last_event = 0;
  Places places;  ///< In the rows that the interface had when its log began.
  Proof proof;
  EvidenceSet pruned_by;  ///< What has narrowed `places`.
  bool has_places = false;
  bool is_unheard = false;  ///< Lines were lost since its last one: it may be gone.
  Standing standing = Standing::member;
  std::optional<PublicKey> key;

  bool is_born_in_log() const { return born != never_before; }
};

/// Takes what a line tells of its peer. `not_before` is when it was printed, at the earliest;
/// nothing where the wall clock was set since.
void note_line(const StampedLine& line, std::optional<UtcTime> not_before, KernelPeer& peer);

}  // namespace wgaudit
