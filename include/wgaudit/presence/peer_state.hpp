#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/config_change.hpp"
#include "wgaudit/presence/session.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// Presence says whether a peer is online. It is unknown until a dump has listed the peer.
enum class Presence : std::uint8_t { unknown, offline, online };

std::string_view to_text(Presence presence);
std::optional<Presence> parse_presence(std::string_view text);

/// ChangeReason says why a peer is what it is now.
enum class ChangeReason : std::uint8_t {
  first_seen,         ///< Added, and online where it was online at first sight.
  handshake,          ///< Online: a handshake was completed.
  timeout,            ///< Offline: no handshake for the threshold.
  peer_recreated,     ///< Offline: the kernel has a new object for the key, without a handshake.
  endpoint_changed,   ///< Roamed: the session goes on from another address or port.
  peer_removed,       ///< Removed from its interface.
  interface_removed,  ///< Removed with its interface.
};

std::string_view to_text(ChangeReason reason);

/// Absence says since when and why a peer is not there that is still reported as online, or as
/// listed: its grace runs.
struct Absence {
  Instant since;
  ChangeReason reason;
};

/// PeerState is a peer as the last dump that listed it showed it. RosterInterface owns it.
struct PeerState {
  DumpPeer row;
  Presence presence = Presence::unknown;
  UtcTime since;                      ///< Online: first handshake of the session. Offline: its end.
  std::optional<Session> session;     ///< The session that goes on, while online.
  std::optional<SteadyTime> expires;  ///< When the latest handshake reaches the threshold.
  std::optional<Absence> absence;     ///< While the grace runs.
  SteadyTime offline_since = SteadyTime::min();  ///< Since when offline; min: long ago.
};

/// PeerChange is what a dump changed about one peer.
struct PeerChange {
  enum class Kind : std::uint8_t { added, online, offline, roamed, removed };
  using Reason = ChangeReason;

  Kind kind;
  Reason reason;
  InterfaceName interface;
  PeerState peer;                        ///< The peer after the change; removed: as it was last.
  Endpoint previous_endpoint;            ///< Roamed or online: the endpoint before, if another.
  std::optional<UtcTime> session_began;  ///< Begin of the session that goes on, begins or ends.
  UtcTime when;                          ///< When it happened, as far as the dump shows.
  std::optional<EndedSession> ended =
      {};  ///< Session that ended: offline, or removed while online.
};

/// InterfaceState is an interface that a dump showed for the first time, or set otherwise than
/// before.
struct InterfaceState {
  InterfaceName name;
  InterfaceSettings settings;
};

}  // namespace wgaudit
