#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wgaudit/identity/identity.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/endpoint.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// Why an attempt to connect failed; `event.reason` of an `attempt` record. Never rename one.
enum class AttemptCause : std::uint8_t {
  initiation_invalid,   ///< Key unknown here, a replay, or a clock behind its last handshake's.
  response_invalid,     ///< Wrong preshared key, or not of the peer that was asked.
  mac_invalid,          ///< Made for another public key than ours, or no WireGuard at all.
  cookie_sent,          ///< Refused under load until the sender proves its address.
  cookie_received,      ///< The peer refuses under load.
  cookie_invalid,       ///< A cookie that the peer did not make.
  handshake_dropped,    ///< Not looked at under load.
  no_route,             ///< The gateway could not send.
  endpoint_missing,     ///< The gateway does not know where to.
  unanswered,           ///< The gateway's initiation had no response.
  handshake_abandoned,  ///< … and it gave up after so many tries.
  peer_silent,          ///< Nothing was heard back on a session's keys.
  unconfirmed,          ///< Responded to, never confirmed: return path or preshared key.
};

std::string_view to_text(AttemptCause cause);

/// Whether a dump had to speak too.
Witness witness_of(AttemptCause cause);

/// Attempts that are folded: the same cause from the same source.
struct AttemptSource {
  InterfaceName interface;
  AttemptCause cause;
  std::optional<Endpoint> endpoint;
  std::optional<PeerId> peer;

  friend bool operator==(const AttemptSource&, const AttemptSource&) = default;
};

/// Whose the kernel id was by the proof that stood when the lines came. It is not asked for again:
/// attempts are told later than their lines, when the id may be another peer's.
struct AttemptPeer {
  IdentityState identity = IdentityState::unresolved;
  std::optional<PublicKey> public_key;  ///< Only where it is proven.

  friend bool operator==(const AttemptPeer&, const AttemptPeer&) = default;
};

/// Of two lines only what holds for both.
AttemptPeer common(const AttemptPeer& one, const AttemptPeer& other);

/// One record's worth.
struct Attempt {
  AttemptSource source;
  AttemptFacts facts;
  AttemptPeer peer = {};  ///< Of all its lines; of a source with a kernel id.
};

}  // namespace wgaudit
