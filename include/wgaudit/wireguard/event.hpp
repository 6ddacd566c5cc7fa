#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/wireguard/endpoint.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// What a kernel line says. The names are those of the pattern files and of `event.action` in the
/// events file; never rename one.
enum class EventKind : std::uint8_t {
  interface_created,
  interface_destroyed,
  namespace_exiting,
  peer_created,
  peer_destroyed,
  handshake_initiation_sent,
  handshake_initiation_received,
  handshake_response_sent,
  handshake_response_received,
  handshake_retried,
  handshake_abandoned,
  peer_silent,
  keypair_created,
  keypair_destroyed,
  keys_zeroed,
  keepalive_sent,
  keepalive_received,
  cookie_sent,
  cookie_received,
  mac_invalid,
  initiation_invalid,
  response_invalid,
  cookie_invalid,
  handshake_dropped,
  source_not_allowed,
  destination_not_allowed,
  endpoint_missing,
  packet_not_ip,
  packet_wrong_size,
  packet_invalid,
  packet_undeliverable,
  nonce_invalid,
  no_route,
  socket_failed,
  module_loaded,  ///< Kernel ids begin again; `text` is empty on the copyright line that follows.
  interface_renamed,
  messages_suppressed,  ///< The kernel's or a syslog daemon's own notice that it dropped messages.
  unknown_message,      ///< A WireGuard line that no pattern knows; `text` holds it.
};

inline constexpr std::size_t event_kind_count =
    static_cast<std::size_t>(EventKind::unknown_message) + 1;

std::string_view to_text(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view text);

/// Whether the kernel prints the line under the limit that all networking messages share
/// (net_dbg_ratelimited, net_dbg_skb_ratelimited).
bool is_rate_limited(EventKind kind);

/// Whether the line tells of an authenticated packet of its peer, which counts as received bytes
/// (drivers/net/wireguard/receive.c).
bool is_received_packet(EventKind kind);

/// Whether the line tells of a peer or an interface that comes, goes or takes another name.
bool is_structural(EventKind kind);

/// One kernel line, understood. Owns all it says; which fields are set depends on the kind.
struct KernelEvent {
  EventKind kind = EventKind::unknown_message;
  InterfaceName interface;  ///< As it was called when the line was printed.
  std::optional<PeerId> peer;
  std::optional<KeypairId> keypair;
  std::optional<Endpoint> endpoint;  ///< Of the peer, or of the packet's outer source.
  std::optional<IpAddress> address;  ///< Inner source or destination of a packet.
  std::optional<std::uint64_t> nonce;
  std::optional<std::uint64_t> nonce_max;
  std::optional<std::uint64_t> count;   ///< Messages lost.
  std::optional<std::int32_t> attempt;  ///< Number of the handshake attempt.
  std::optional<std::int32_t> seconds;
  std::optional<std::int32_t> error;  ///< Negative errno.
  std::string previous_interface;     ///< interface_renamed: the name before.
  std::string text;                   ///< unknown_message, module_loaded, socket_failed,
                                      ///< messages_suppressed: what was printed.
};

}  // namespace wgaudit
