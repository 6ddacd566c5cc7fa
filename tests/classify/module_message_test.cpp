#include "classify/module_message.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace wgaudit::module_message_test {
namespace {

TEST(ModuleMessage, FindsInterfaceAndTextAfterTheFlagsOfDynamicDebug) {
  const struct {
    const char* name;
    std::string_view line;
    std::string_view interface;  // empty where there is none
    std::string_view text;
  } rows[] = {
      {"+p", "wireguard: wg0: Peer 2 created", "wg0", "Peer 2 created"},
      {"+pm", "wireguard: wireguard: wg0: Keypair 17 destroyed for peer 2", "wg0",
       "Keypair 17 destroyed for peer 2"},
      {"+pl", "122: wireguard: wg0: Keypair 21 destroyed for peer 2", "wg0",
       "Keypair 21 destroyed for peer 2"},
      {"+pf", "keypair_free_kref: wireguard: wg0: Keypair 21 destroyed for peer 2", "wg0",
       "Keypair 21 destroyed for peer 2"},
      {"+ps", "drivers/net/wireguard/noise.c: wireguard: wg0: Keypair 21 destroyed for peer 2",
       "wg0", "Keypair 21 destroyed for peer 2"},
      {"+pt in an interrupt", "<intr> wireguard: wg0: Keypair 19 destroyed for peer 2", "wg0",
       "Keypair 19 destroyed for peer 2"},
      {"+pt in a thread", "[38] wireguard: wg0: Peer 2 created", "wg0", "Peer 2 created"},
      {"+pmfl", "wireguard:keypair_free_kref:122: wireguard: wg0: Keypair 4 destroyed for peer 2",
       "wg0", "Keypair 4 destroyed for peer 2"},
      {"+pmflt", "[79] wireguard:wg_receive_handshake_packet:151: wireguard: wg0: Peer 2 created",
       "wg0", "Peer 2 created"},
      {"+pmt", "<intr> wireguard: wireguard: wg0: Peer 2 created", "wg0", "Peer 2 created"},
      {"+pmflts",
       "[169] wireguard:wg_receive_handshake_packet:drivers/net/wireguard/receive.c:151: "
       "wireguard: wg0: Peer 2 created",
       "wg0", "Peer 2 created"},
      {"AmneziaWG", "amneziawg: awg0: Peer 2 created", "awg0", "Peer 2 created"},
      {"AmneziaWG, +pmfl", "amneziawg:wg_peer_create:68: amneziawg: awg0: Peer 2 created", "awg0",
       "Peer 2 created"},
      {"no interface", "wireguard: WireGuard 1.0.0 loaded.", "", "WireGuard 1.0.0 loaded."},
      {"interface called wireguard", "wireguard: wireguard: Interface created", "wireguard",
       "Interface created"},
      {"interface called wireguard, +pm", "wireguard: wireguard: wireguard: Interface created",
       "wireguard", "Interface created"},
      {"interface called wireguard, +pmflt",
       "[79] wireguard:wg_newlink:12: wireguard: wireguard: Interface created", "wireguard",
       "Interface created"},
      {"interface called wireguard, no route",
       "wireguard: wireguard: No route to [2001:db8::1]:51820/0%0, error -101", "wireguard",
       "No route to [2001:db8::1]:51820/0%0, error -101"},
      {"interface called amneziawg", "amneziawg: amneziawg: Interface created", "amneziawg",
       "Interface created"},
      {"interface called Peer", "wireguard: Peer: Peer 2 created", "Peer", "Peer 2 created"},
      {"interface called [1]", "wireguard: [1]: Interface created", "[1]", "Interface created"},
      {"interface called [1], +pt", "[38] wireguard: [1]: Interface created", "[1]",
       "Interface created"},
      {"interface called <intr>", "wireguard: <intr>: Interface created", "<intr>",
       "Interface created"},
      {"interface of 15 bytes", "wireguard: abcdefghijklmno: Interface created", "abcdefghijklmno",
       "Interface created"},
      {"interface of 16 bytes", "wireguard: abcdefghijklmnop: Interface created", "",
       "abcdefghijklmnop: Interface created"},
      {"name with a blank", "wireguard: wg 0: Peer 1 created", "", "wg 0: Peer 1 created"},
      {"name with a colon", "wireguard: wg:0: Peer 1 created", "", "wg:0: Peer 1 created"},
      {"no blank after the name", "wireguard: wg0:Peer 1 created", "", "wg0:Peer 1 created"},
      {"not registered yet", "wireguard: (unnamed net_device): x", "", "(unnamed net_device): x"},
      {"cut after the name", "wireguard: wg0: ", "wg0", ""},
      {"cut after the module", "wireguard: ", "", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto message = module_message(row.line);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->interface ? message->interface->view() : "", row.interface);
    EXPECT_EQ(message->text, row.text);
  }
}

TEST(ModuleMessage, IsNothingWhereTheModuleDidNotSpeak) {
  for (const std::string_view line :
       {"", "wireguard", "wireguard:", "wireguard:wg0: Peer 1 created", "Wireguard: wg0: x",
        "<3>wireguard: wg0: x", " wireguard: wg0: x", "[x] wireguard: wg0: x",
        "[38]wireguard: wg0: x", "office: renamed from wg0",
        "net_ratelimit: 34 callbacks suppressed", "a b: wireguard: wg0: x",
        "audit: comm=\"x\" msg=\"wireguard: wg0: x\"", "x: y: wireguard: wg0: x",
        ": wireguard: wg0: x"}) {
    EXPECT_FALSE(module_message(line)) << line;
  }
}

}  // namespace
}  // namespace wgaudit::module_message_test
