#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// Who began a session's first handshake.
enum class Initiator : std::uint8_t { peer, gateway };

std::string_view to_text(Initiator initiator);
std::optional<Initiator> parse_initiator(std::string_view text);

/// When something happened, as far as it is known.
struct TimeBounds {
  UtcTime not_before;
  UtcTime not_after;

  friend bool operator==(const TimeBounds&, const TimeBounds&) = default;
};

struct EndpointUse {
  Endpoint endpoint;
  UtcTime since;  ///< The session's begin, or when a dump first showed it.

  friend bool operator==(const EndpointUse&, const EndpointUse&) = default;
};

/// Who began a handshake, and when.
struct Initiation {
  Initiator by{};
  SteadyTime when;
};

/// What kernel lines told of one peer between two dumps. Only lines of an id that is proven to be
/// this peer's may be put here.
struct LineNotes {
  std::optional<Instant> keepalive;     ///< The last that was received.
  std::vector<Initiation> initiations;  ///< The last few.
  std::vector<SteadyTime> completed;    ///< Handshakes that lines show as completed; bounded.
};

/// The accounts of a session, from its first handshake on. Counters are summed from dump to dump,
/// so that a peer that is created anew (setconf, wg-quick restart), and counts from 0 again, takes
/// nothing away.
struct Session {
  InterfaceName began_on;  ///< Where its interface was called otherwise then.
  UtcTime began;
  SteadyTime began_steady = SteadyTime::min();  ///< Durations must not follow a wall clock that is
                                                ///< set. min: a journal does not tell.
  bool complete = true;    ///< False: under way at first sight; start and bytes count from there.
  bool continued = false;  ///< Over a restart of the monitor: the counts are lower bounds.
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t handshakes = 1;
  std::optional<Initiator> initiator;
  TimeBounds last_activity;            ///< The last growth of rx.
  std::optional<UtcTime> keepalive;    ///< The last line that told of one.
  std::vector<EndpointUse> endpoints;  ///< In order; the latest max_endpoints of them.
  std::uint64_t endpoints_dropped = 0;

  /// 16 moves between two networks a day are a month of them in a record of 4 KiB.
  static constexpr std::size_t max_endpoints = 32;

  friend bool operator==(const Session&, const Session&) = default;
};

/// A session that is over.
struct EndedSession {
  Session session;
  UtcTime ended;
  std::chrono::microseconds duration;
};

/// Takes the step from one dump's row to the next one's. `seen`: after the dump before was started,
/// before this one was complete; `handshake`: the row's latest, if any, by the same setting of the
/// wall clock. After a re-creation `before` is all zero.
void account(Session& session, const DumpPeer& before, const DumpPeer& row, TimeBounds seen,
             UtcTime handshake);

/// The latest handshakes that a dump and the one before it showed of a peer.
struct HandshakeTimes {
  std::optional<SteadyTime> before;
  std::optional<SteadyTime> now;
};

/// Takes what lines told. Only handshakes before `settled` are counted, and forgotten: a dump may
/// still be about to show the later ones, and what it shows is not counted twice.
void account_lines(Session& session, LineNotes& notes, const HandshakeTimes& shown,
                   SteadyTime settled);

/// Notes where the peer is; nothing where it was there already.
void note_endpoint(Session& session, const Endpoint& endpoint, UtcTime since);

void note_initiation(LineNotes& notes, Initiation initiation);

/// Who began the handshake that `began` is the time of, where `notes` tell.
std::optional<Initiator> initiator_of(const LineNotes& notes, SteadyTime began);

EndedSession end_session(Session session, Instant ended);

}  // namespace wgaudit
