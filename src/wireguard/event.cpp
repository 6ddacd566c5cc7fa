#include "wgaudit/wireguard/event.hpp"

#include <array>

#include "wgaudit/base/names.hpp"

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
  return find_name<EventKind>(names, text);
}

bool is_rate_limited(EventKind kind) {
  switch (kind) {
    case EventKind::handshake_initiation_sent:
    case EventKind::handshake_initiation_received:
    case EventKind::handshake_response_sent:
    case EventKind::handshake_response_received:
    case EventKind::keypair_created:
    case EventKind::keypair_destroyed:
    case EventKind::keepalive_sent:
    case EventKind::keepalive_received:
    case EventKind::cookie_sent:
    case EventKind::cookie_received:
    case EventKind::mac_invalid:
    case EventKind::initiation_invalid:
    case EventKind::response_invalid:
    case EventKind::cookie_invalid:
    case EventKind::handshake_dropped:
    case EventKind::source_not_allowed:
    case EventKind::destination_not_allowed:
    case EventKind::endpoint_missing:
    case EventKind::packet_not_ip:
    case EventKind::packet_wrong_size:
    case EventKind::packet_invalid:
    case EventKind::packet_undeliverable:
    case EventKind::nonce_invalid:
    case EventKind::no_route:
      return true;
    case EventKind::interface_created:
    case EventKind::interface_destroyed:
    case EventKind::namespace_exiting:
    case EventKind::peer_created:
    case EventKind::peer_destroyed:
    case EventKind::handshake_retried:
    case EventKind::handshake_abandoned:
    case EventKind::peer_silent:
    case EventKind::keys_zeroed:
    case EventKind::socket_failed:
    case EventKind::module_loaded:
    case EventKind::interface_renamed:
    case EventKind::messages_suppressed:
    case EventKind::unknown_message:
      return false;
  }
  __builtin_unreachable();
}

bool is_received_packet(EventKind kind) {
  return kind == EventKind::keepalive_received ||
         kind == EventKind::handshake_initiation_received ||
         kind == EventKind::handshake_response_received;
}

}  // namespace wgaudit
