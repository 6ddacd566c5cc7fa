#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// Initiator says which side began a session's first handshake.
enum class Initiator : std::uint8_t { peer, gateway };

std::string_view to_text(Initiator initiator);
std::optional<Initiator> parse_initiator(std::string_view text);

/// TimeBounds say when something happened, as far as it is known.
struct TimeBounds {
  UtcTime not_before;
  UtcTime not_after;

  friend bool operator==(const TimeBounds&, const TimeBounds&) = default;
};

/// EndpointUse says since when a session came from an endpoint.
struct EndpointUse {
  Endpoint endpoint;
  UtcTime since;  ///< Begin of the session, or when a dump first showed it.

  friend bool operator==(const EndpointUse&, const EndpointUse&) = default;
};

/// Initiation is the begin of a handshake, as a line reported it.
struct Initiation {
  Initiator by{};
  SteadyTime when;
};

/// LineNotes are what kernel lines said about one peer between two dumps. Only lines of an id that
/// is proven to be this peer's may be put here. RosterInterface owns them, and the Auditor adds to
/// them.
struct LineNotes {
  std::optional<Instant> keepalive;     ///< The last keepalive that was received.
  std::vector<Initiation> initiations;  ///< The last few, in order.
  std::vector<SteadyTime> completed;    ///< Handshakes that lines show as completed.
};

/// Session is the account of a session, from its first handshake on. PeerState owns it while the
/// session goes on. Counters are summed from dump to dump, so that a peer that is created anew
/// (setconf, wg-quick restart), and counts from 0 again, takes nothing away.
struct Session {
  InterfaceName began_on;  ///< Name of its interface then, where it is another now.
  UtcTime began;
  /// Begin on the steady clock: durations must not follow a wall clock that is set. min: the
  /// session was restored from a journal that does not have it.
  SteadyTime began_steady = SteadyTime::min();
  bool complete = true;    ///< False: under way at first sight; start and bytes count from there.
  bool continued = false;  ///< It went on over a restart of the monitor: counts are lower bounds.
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t handshakes = 1;
  std::optional<Initiator> initiator;
  TimeBounds last_activity;            ///< Bounds of the last growth of rx_bytes.
  std::optional<UtcTime> keepalive;    ///< The last line about a keepalive.
  std::vector<EndpointUse> endpoints;  ///< Endpoints in order; the latest max_endpoints of them.
  std::uint64_t endpoints_dropped = 0;

  /// 16 moves between two networks a day would be 480 in a month; a record of 4 KiB holds these.
  static constexpr std::size_t max_endpoints = 32;

  friend bool operator==(const Session&, const Session&) = default;
};

/// EndedSession is a session that is over.
struct EndedSession {
  Session session;
  UtcTime ended;
  std::chrono::microseconds duration;
};

/// Takes the step from one dump's row to the next one's into the account. `seen` is the time
/// between the start of the dump before and the end of this one. `handshake` is the row's latest,
/// if any, by the same setting of the wall clock. After a re-creation `before` is all zero.
void account(Session& session, const DumpPeer& before, const DumpPeer& row, TimeBounds seen,
             UtcTime handshake);

/// HandshakeTimes are the latest handshakes of a peer that a dump and the one before it showed.
struct HandshakeTimes {
  std::optional<SteadyTime> before;
  std::optional<SteadyTime> now;
};

/// Takes what lines said into the account. Only handshakes before `settled` are counted, and
/// dropped from the notes: a dump may still be about to show the later ones, and what it shows is
/// not counted twice.
void account_lines(Session& session, LineNotes& notes, const HandshakeTimes& shown,
                   SteadyTime settled);

/// Notes the peer's endpoint, where it is another than the last one.
void note_endpoint(Session& session, const Endpoint& endpoint, UtcTime since);

/// Adds an initiation; the oldest goes where there are too many.
void note_initiation(LineNotes& notes, Initiation initiation);

/// Returns which side began the handshake of the time `began`, where a line said so.
std::optional<Initiator> initiator_of(const LineNotes& notes, SteadyTime began);

/// Closes the account of a session that ended at that time.
EndedSession end_session(Session session, Instant ended);

}  // namespace wgaudit
