#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/config_change.hpp"
#include "wgaudit/presence/session.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

enum class Presence : std::uint8_t { unknown, offline, online };

std::string_view to_text(Presence presence);
std::optional<Presence> parse_presence(std::string_view text);

/// Why a peer is what it is now.
enum class ChangeReason : std::uint8_t {
  first_seen,         ///< added, and online when it was online at first sight
  handshake,          ///< online: a handshake was completed
  timeout,            ///< offline: no handshake for the threshold
  peer_recreated,     ///< offline: the kernel has a new object for the key, without a handshake
  endpoint_changed,   ///< roamed
  peer_removed,       ///< removed from its interface
  interface_removed,  ///< removed with its interface
};

std::string_view to_text(ChangeReason reason);

/// Since when and why a peer that is told to be online is not there: the grace runs.
struct Absence {
  Instant since;
  ChangeReason reason;
};

/// A peer as the last dump that listed it showed it.
struct PeerState {
  DumpPeer row;
  Presence presence = Presence::unknown;
  UtcTime since;  ///< Online: the handshake that began the session. Offline: when it ended.
  std::optional<Session> session;     ///< While online.
  std::optional<SteadyTime> expires;  ///< When the latest handshake reaches the threshold.
  std::optional<Absence> absence;
  SteadyTime offline_since = SteadyTime::min();  ///< Offline: when that began; min: long ago.
};

/// What a dump changed about one peer.
struct PeerChange {
  enum class Kind : std::uint8_t { added, online, offline, roamed, removed };
  using Reason = ChangeReason;

  Kind kind;
  Reason reason;
  InterfaceName interface;
  PeerState peer;                          ///< After the change; removed: as it was last.
  Endpoint previous_endpoint;              ///< roamed, and online at another endpoint than before.
  std::optional<UtcTime> session_began;    ///< Of the session that goes on, begins or ends here.
  UtcTime when;                            ///< When it happened, as far as the dump tells.
  std::optional<EndedSession> ended = {};  ///< offline, and removed while online.
};

/// An interface that a dump showed for the first time, or set otherwise than before.
struct InterfaceState {
  InterfaceName name;
  InterfaceSettings settings;
};

}  // namespace wgaudit
