#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/wireguard/endpoint.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// An EventKind is what a kernel line says. The names are those of the pattern files and of
/// `event.action` in the events file; never rename one. patterns/wireguard.patterns has the text of
/// each line.
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
  module_loaded,  ///< Kernel ids start again at 1; the copyright line after it has no `text`.
  interface_renamed,
  messages_suppressed,  ///< Notice of the kernel or a syslog daemon that it dropped messages.
  unknown_message,      ///< WireGuard line that no pattern matches; `text` holds it.
};

inline constexpr std::size_t event_kind_count =
    static_cast<std::size_t>(EventKind::unknown_message) + 1;

/// Returns the name of a kind, or the kind of that name.
std::string_view to_text(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view text);

/// Whether the kernel prints the line under the limit that all networking messages share
/// (net_dbg_ratelimited, net_dbg_skb_ratelimited).
bool is_rate_limited(EventKind kind);

/// Whether the line reports an authenticated packet from its peer, which counts as received bytes
/// (drivers/net/wireguard/receive.c).
bool is_received_packet(EventKind kind);

/// Whether the line reports that a peer or an interface was created, removed or renamed.
bool is_structural(EventKind kind);

/// A KernelEvent is one kernel line, taken apart. It owns its texts. The kind decides which fields
/// are set: those that its rule in the pattern file captures.
struct KernelEvent {
  EventKind kind = EventKind::unknown_message;
  InterfaceName interface;                 ///< Name when the line was printed.
  std::optional<PeerId> peer;              ///< Peer that the line names.
  std::optional<KeypairId> keypair;        ///< Keypair that was created or destroyed.
  std::optional<Endpoint> endpoint;        ///< Endpoint of the peer, or outer source of a packet.
  std::optional<IpAddress> address;        ///< Inner source or destination of a packet.
  std::optional<std::uint64_t> nonce;      ///< Counter of a packet that was refused.
  std::optional<std::uint64_t> nonce_max;  ///< The kernel's own counter at that time.
  std::optional<std::uint64_t> count;      ///< Number of messages lost.
  std::optional<std::int32_t> attempt;     ///< Number of the handshake attempt.
  std::optional<std::int32_t> seconds;     ///< Time that a timer of the kernel waited.
  std::optional<std::int32_t> error;       ///< Negative errno.
  std::string previous_interface;          ///< Name before interface_renamed.
  std::string text;                        ///< Printed text that no other field holds.
};

}  // namespace wgaudit
