#include "wgaudit/wireguard/event.hpp"

#include <algorithm>
#include <array>

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, event_kind_count> names = {
    "interface_created",
    "interface_destroyed",
    "namespace_exiting",
    "peer_created",
    "peer_destroyed",
    "handshake_initiation_sent",
    "handshake_initiation_received",
    "handshake_response_sent",
    "handshake_response_received",
    "handshake_retried",
    "handshake_abandoned",
    "peer_silent",
    "keypair_created",
    "keypair_destroyed",
    "keys_zeroed",
    "keepalive_sent",
    "keepalive_received",
    "cookie_sent",
    "cookie_received",
    "mac_invalid",
    "initiation_invalid",
    "response_invalid",
    "cookie_invalid",
    "handshake_dropped",
    "source_not_allowed",
    "destination_not_allowed",
    "endpoint_missing",
    "packet_not_ip",
    "packet_wrong_size",
    "packet_invalid",
    "packet_undeliverable",
    "nonce_invalid",
    "no_route",
    "socket_failed",
    "module_loaded",
    "interface_renamed",
    "messages_suppressed",
    "unknown_message",
};

}  // namespace

std::string_view to_text(EventKind kind) {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<EventKind>(found - names.begin());
}

}  // namespace wgaudit
