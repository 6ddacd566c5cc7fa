#include "wgaudit/wireguard/event.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace wgaudit::event_test {
namespace {

TEST(EventKind, HasTheNamesThatJournalsHold) {
  const struct {
    EventKind kind;
    std::string_view name;
  } rows[] = {
      {EventKind::interface_created, "interface_created"},
      {EventKind::interface_destroyed, "interface_destroyed"},
      {EventKind::namespace_exiting, "namespace_exiting"},
      {EventKind::peer_created, "peer_created"},
      {EventKind::peer_destroyed, "peer_destroyed"},
      {EventKind::handshake_initiation_sent, "handshake_initiation_sent"},
      {EventKind::handshake_initiation_received, "handshake_initiation_received"},
      {EventKind::handshake_response_sent, "handshake_response_sent"},
      {EventKind::handshake_response_received, "handshake_response_received"},
      {EventKind::handshake_retried, "handshake_retried"},
      {EventKind::handshake_abandoned, "handshake_abandoned"},
      {EventKind::peer_silent, "peer_silent"},
      {EventKind::keypair_created, "keypair_created"},
      {EventKind::keypair_destroyed, "keypair_destroyed"},
      {EventKind::keys_zeroed, "keys_zeroed"},
      {EventKind::keepalive_sent, "keepalive_sent"},
      {EventKind::keepalive_received, "keepalive_received"},
      {EventKind::cookie_sent, "cookie_sent"},
      {EventKind::cookie_received, "cookie_received"},
      {EventKind::mac_invalid, "mac_invalid"},
      {EventKind::initiation_invalid, "initiation_invalid"},
      {EventKind::response_invalid, "response_invalid"},
      {EventKind::cookie_invalid, "cookie_invalid"},
      {EventKind::handshake_dropped, "handshake_dropped"},
      {EventKind::source_not_allowed, "source_not_allowed"},
      {EventKind::destination_not_allowed, "destination_not_allowed"},
      {EventKind::endpoint_missing, "endpoint_missing"},
      {EventKind::packet_not_ip, "packet_not_ip"},
      {EventKind::packet_wrong_size, "packet_wrong_size"},
      {EventKind::packet_invalid, "packet_invalid"},
      {EventKind::packet_undeliverable, "packet_undeliverable"},
      {EventKind::nonce_invalid, "nonce_invalid"},
      {EventKind::no_route, "no_route"},
      {EventKind::socket_failed, "socket_failed"},
      {EventKind::module_loaded, "module_loaded"},
      {EventKind::interface_renamed, "interface_renamed"},
      {EventKind::messages_suppressed, "messages_suppressed"},
      {EventKind::unknown_message, "unknown_message"},
  };
  EXPECT_EQ(std::size(rows), event_kind_count);
  for (const auto& row : rows) {
    EXPECT_EQ(to_text(row.kind), row.name);
    EXPECT_EQ(parse_event_kind(row.name), row.kind);
  }
}

TEST(EventKind, HasNoOtherNames) {
  for (const auto text : {"", "peer", "Peer_created", "peer_created "}) {
    EXPECT_FALSE(parse_event_kind(text)) << text;
  }
}

// In drivers/net/wireguard every message is net_dbg_ratelimited, except those of pr_debug, the
// printk at load, and notices of the network core.
TEST(EventKind, IsRateLimitedByTheKernelUnlessItIsOneOfThese) {
  std::vector<std::string_view> unlimited;
  for (std::size_t i = 0; i < event_kind_count; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (!is_rate_limited(kind)) unlimited.push_back(to_text(kind));
  }
  std::sort(unlimited.begin(), unlimited.end());
  EXPECT_EQ(unlimited,
            (std::vector<std::string_view>{
                "handshake_abandoned", "handshake_retried", "interface_created",
                "interface_destroyed", "interface_renamed", "keys_zeroed", "messages_suppressed",
                "module_loaded", "namespace_exiting", "peer_created", "peer_destroyed",
                "peer_silent", "socket_failed", "unknown_message"}));
}

}  // namespace
}  // namespace wgaudit::event_test
