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
  initiation_invalid,  ///< The key is unknown here, a replay, or a clock before its last handshake.
  response_invalid,    ///< Wrong preshared key, or not from the peer that was asked.
  mac_invalid,         ///< Made for another public key than ours, or no WireGuard at all.
  cookie_sent,         ///< Refused under load until the sender proves its address.
  cookie_received,     ///< The peer refuses under load.
  cookie_invalid,      ///< A cookie that the peer did not make.
  handshake_dropped,   ///< Not looked at under load.
  no_route,            ///< The gateway could not send.
  endpoint_missing,    ///< The gateway does not know where to send.
  unanswered,          ///< The gateway's initiation had no response.
  handshake_abandoned,  ///< The gateway gave up after so many tries.
  peer_silent,          ///< Nothing was heard back on a session's keys.
  unconfirmed,          ///< Responded to, never confirmed: return path or preshared key.
};

std::string_view to_text(AttemptCause cause);

/// Says whether a kernel line alone shows such an attempt, or a dump had to confirm it.
Witness witness_of(AttemptCause cause);

/// What attempts have in common that are folded into one record.
struct AttemptSource {
  InterfaceName interface;
  AttemptCause cause;
  std::optional<Endpoint> endpoint;
  std::optional<PeerId> peer;

  friend bool operator==(const AttemptSource&, const AttemptSource&) = default;
};

/// The identity that the kernel id had by the proof that stood when the lines came. It is kept,
/// because attempts are recorded later than their lines, when the id may be another peer's.
struct AttemptPeer {
  IdentityState identity = IdentityState::unresolved;
  std::optional<PublicKey> public_key;  ///< Only where it is proven.

  friend bool operator==(const AttemptPeer&, const AttemptPeer&) = default;
};

/// What holds for both of two lines.
AttemptPeer common(const AttemptPeer& one, const AttemptPeer& other);

/// The attempts that one record stands for.
struct Attempt {
  AttemptSource source;
  AttemptFacts facts;
  AttemptPeer peer = {};  ///< What holds for all its lines; for a source with a kernel id.
};

}  // namespace wgaudit
