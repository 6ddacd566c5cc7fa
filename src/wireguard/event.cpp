#include "wgaudit/wireguard/event.hpp"

#include <algorithm>
#include <array>

namespace wgaudit {
namespace {

constexpr bool limited = true;
constexpr bool unlimited = false;

struct Kind {
  std::string_view name;
  bool is_rate_limited;
};

constexpr std::array<Kind, event_kind_count> kinds = {{
    {"interface_created", unlimited},
    {"interface_destroyed", unlimited},
    {"namespace_exiting", unlimited},
    {"peer_created", unlimited},
    {"peer_destroyed", unlimited},
    {"handshake_initiation_sent", limited},
    {"handshake_initiation_received", limited},
    {"handshake_response_sent", limited},
    {"handshake_response_received", limited},
    {"handshake_retried", unlimited},
    {"handshake_abandoned", unlimited},
    {"peer_silent", unlimited},
    {"keypair_created", limited},
    {"keypair_destroyed", limited},
    {"keys_zeroed", unlimited},
    {"keepalive_sent", limited},
    {"keepalive_received", limited},
    {"cookie_sent", limited},
    {"cookie_received", limited},
    {"mac_invalid", limited},
    {"initiation_invalid", limited},
    {"response_invalid", limited},
    {"cookie_invalid", limited},
    {"handshake_dropped", limited},
    {"source_not_allowed", limited},
    {"destination_not_allowed", limited},
    {"endpoint_missing", limited},
    {"packet_not_ip", limited},
    {"packet_wrong_size", limited},
    {"packet_invalid", limited},
    {"packet_undeliverable", limited},
    {"nonce_invalid", limited},
    {"no_route", limited},
    {"socket_failed", unlimited},
    {"module_loaded", unlimited},
    {"interface_renamed", unlimited},
    {"messages_suppressed", unlimited},
    {"unknown_message", unlimited},
}};

const Kind& kind_of(EventKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view to_text(EventKind kind) {
  return kind_of(kind).name;
}

std::optional<EventKind> parse_event_kind(std::string_view text) {
  const auto found = std::ranges::find(kinds, text, &Kind::name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<EventKind>(found - kinds.begin());
}

bool is_rate_limited(EventKind kind) {
  return kind_of(kind).is_rate_limited;
}

bool is_received_packet(EventKind kind) {
  return kind == EventKind::keepalive_received ||
         kind == EventKind::handshake_initiation_received ||
         kind == EventKind::handshake_response_received;
}

bool is_structural(EventKind kind) {
  return kind == EventKind::interface_created || kind == EventKind::interface_destroyed ||
         kind == EventKind::peer_created || kind == EventKind::peer_destroyed ||
         kind == EventKind::interface_renamed || kind == EventKind::module_loaded;
}

}  // namespace wgaudit
