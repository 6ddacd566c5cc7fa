#include "wgaudit/classify/classifier.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "classify/described.hpp"

namespace wgaudit::classifier_test {
namespace {

TEST(Classifier, KeepsTheTextOfAWireGuardLineThatItDoesNotKnow) {
  const struct {
    const char* name;
    std::string_view text;
    std::uint8_t severity;
    std::string_view want;
  } rows[] = {
      {"another severity", "wireguard: wg0: Peer 7 created", 6,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 created"},
      {"text after it", "wireguard: wg0: Peer 7 created ", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 created "},
      {"text before it", "wireguard: wg0:  Peer 7 created", 7,
       "unknown_message wg0 text=wireguard: wg0:  Peer 7 created"},
      {"cut in a number", "wireguard: wg0: Receiving keepalive packet from peer 12", 7,
       "unknown_message wg0 text=wireguard: wg0: Receiving keepalive packet from peer 12"},
      {"cut before the bracket", "wireguard: wg0: Peer 7 (203.0.113.7:51820", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 (203.0.113.7:51820"},
      {"nothing after the interface", "wireguard: wg0: ", 7,
       "unknown_message wg0 text=wireguard: wg0: "},
      {"nothing after the module", "wireguard: ", 7, "unknown_message text=wireguard: "},
      {"debug line without interface", "wireguard: Peer 7 created", 7,
       "unknown_message text=wireguard: Peer 7 created"},
      {"module line with interface",
       "wireguard: wg0: WireGuard 1.0.0 loaded. See x for information.", 6,
       "unknown_message wg0 text=wireguard: wg0: WireGuard 1.0.0 loaded. See x for information."},
      {"a process that crashed", "wireguard: wg0:[24244]: segfault at 0", 6,
       "unknown_message text=wireguard: wg0:[24244]: segfault at 0"},
      {"address that is none", "wireguard: wg0: Peer 7 (203.0.113.256:51820) destroyed", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 (203.0.113.256:51820) destroyed"},
      {"port that is none", "wireguard: wg0: Peer 7 (203.0.113.7:65536) destroyed", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 (203.0.113.7:65536) destroyed"},
      {"endpoint as wg spells it", "wireguard: wg0: Peer 7 ([2001:db8::1]:51820) destroyed", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 ([2001:db8::1]:51820) destroyed"},
      {"negative id", "wireguard: wg0: Peer -7 created", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer -7 created"},
      {"line end inside", "wireguard: wg0: Peer 7\ncreated", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7\ncreated"},
      {"two lines", "wireguard: wg0: Invalid IP packet\nwireguard: wg0: Invalid IP packet", 7,
       "unknown_message wg0 text=wireguard: wg0: Invalid IP packet\n"
       "wireguard: wg0: Invalid IP packet"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(what(row.text, row.severity), row.want);
  }
}

TEST(Classifier, SaysNothingOfLinesThatAreNotOurs) {
  const struct {
    std::string_view text;
    std::uint8_t severity;
    std::string_view program;
  } rows[] = {
      {"", 7, "kernel"},
      {"bash (4853): drop_caches: 1", 6, "kernel"},
      {"audit: comm=\"x\" msg=\"wireguard: wg0: Peer 7 created\"", 7, "kernel"},
      {"<3>wireguard: wg0: Peer 7 created", 7, "kernel"},
      {"printk: python3: 20 output lines suppressed due to ratelimiting", 4, "kernel"},
      {"net_ratelimit: many callbacks suppressed", 4, "kernel"},
      {"net_ratelimit: 34 callbacks suppressed", 7, "kernel"},
      {"abcdefghijklmnop: renamed from wg0", 6, "kernel"},
      {"a/b: renamed from wg0", 6, "kernel"},
      {"wireguard: wg0: Peer 7 created", 7, "wireguard"},
      {"wireguard: wg0: Peer 7 created", 7, "rsyslogd"},
      {"wireguard: wg0: Peer 7 created", 7, ""},
      {"net_ratelimit: 34 callbacks suppressed", 4, "rsyslogd"},
      {"Missed 12 kernel messages", 7, "kernel"},
      {"Missed 12 kernel messages", 4, "journald"},
      {"imklog: 7 messages lost due to rate-limiting (5 allowed within 1 seconds)", 6, "sshd"},
      {"imklog: 7 messages lost", 6, "rsyslogd"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(what(row.text, row.severity, row.program), "nothing") << row.program << row.text;
  }
}

TEST(Classifier, TakesAnySeverityWhereItIsNotKnown) {
  EXPECT_EQ(what("wireguard: wg0: Peer 7 created", std::nullopt), "peer_created wg0 peer=7");
  EXPECT_EQ(what("wireguard: wg0: Could not create IPv6 socket", std::nullopt),
            "socket_failed wg0 text=IPv6");
  EXPECT_EQ(what("net_ratelimit: 34 callbacks suppressed", std::nullopt),
            "messages_suppressed count=34 text=net_ratelimit");
}

TEST(Classifier, ReadsPastThePrefixesOfDynamicDebug) {
  const struct {
    const char* flags;
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"+p", "wireguard: wg0: Peer 2 created", "peer_created wg0 peer=2"},
      {"+pm", "wireguard: wireguard: wg0: Keypair 17 destroyed for peer 2",
       "keypair_destroyed wg0 peer=2 keypair=17"},
      {"+pl", "122: wireguard: wg0: Keypair 21 destroyed for peer 2",
       "keypair_destroyed wg0 peer=2 keypair=21"},
      {"+pt, interrupt", "<intr> wireguard: wg0: Keypair 19 destroyed for peer 2",
       "keypair_destroyed wg0 peer=2 keypair=19"},
      {"+pt, thread", "[38] wireguard: wg0: Sending handshake initiation to peer 2 (10.0.0.2:1002)",
       "handshake_initiation_sent wg0 peer=2 endpoint=10.0.0.2:1002"},
      {"+pmfl", "wireguard:keypair_free_kref:122: wireguard: wg0: Keypair 4 destroyed for peer 2",
       "keypair_destroyed wg0 peer=2 keypair=4"},
      {"+pmflt",
       "[79] wireguard:wg_receive_handshake_packet:151: wireguard: wg0: Receiving handshake "
       "initiation from peer 3 (10.0.0.1:1001)",
       "handshake_initiation_received wg0 peer=3 endpoint=10.0.0.1:1001"},
      {"+pmflts",
       "[169] wireguard:wg_receive_handshake_packet:drivers/net/wireguard/receive.c:151: "
       "wireguard: wg0: Receiving handshake initiation from peer 3 (10.0.0.1:1001)",
       "handshake_initiation_received wg0 peer=3 endpoint=10.0.0.1:1001"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.flags);
    EXPECT_EQ(what(row.text), row.want);
  }
}

TEST(Classifier, KnowsInterfacesByAnyNameThatTheKernelAllows) {
  const struct {
    std::string_view text;
    std::uint8_t severity;
    std::string_view want;
  } rows[] = {
      {"wireguard: wireguard: Interface created", 7, "interface_created wireguard"},
      {"wireguard: wireguard: wireguard: Peer 7 created", 7, "peer_created wireguard peer=7"},
      {"wireguard: wireguard: Peer 7 ((einval)) destroyed", 7,
       "peer_destroyed wireguard peer=7 endpoint=(none)"},
      {"wireguard: Peer: Peer 7 created", 7, "peer_created Peer peer=7"},
      {"wireguard: [1]: Interface created", 7, "interface_created [1]"},
      {"[38] wireguard: [1]: Interface created", 7, "interface_created [1]"},
      {"wireguard: we\\ird: Interface created", 7, "interface_created we\\ird"},
      {"wireguard: üml: Interface created", 7, "interface_created üml"},
      {"wireguard: wg-\xe4\xff: Interface created", 7, "interface_created wg-\xe4\xff"},
      {"wireguard: %s%n: Interface created", 7, "interface_created %s%n"},
      {"amneziawg: awg0: Peer 7 created", 7, "peer_created awg0 peer=7"},
      {"amneziawg: AmneziaWG 1.0.20240912 loaded. See github.com/amnezia-vpn for information.", 6,
       "module_loaded text=AmneziaWG 1.0.20240912"},
      {"üml: renamed from wg0", 6, "interface_renamed üml previous=wg0"},
      {"wg-\xe4\xff: renamed from wg0", 6, "interface_renamed wg-\xe4\xff previous=wg0"},
      {"wg0: renamed from wg-\xe4\xff (while UP)", 6, "interface_renamed wg0 previous=wg-\xe4\xff"},
      {"wg0: renamed from wireguard", 6, "interface_renamed wg0 previous=wireguard"},
      {"wireguard: renamed from wg0", 6, "interface_renamed wireguard previous=wg0"},
      {"abcdefghijklmno: renamed from ponmlkjihgfedcb", 6,
       "interface_renamed abcdefghijklmno previous=ponmlkjihgfedcb"},
  };
  for (const auto& row : rows) EXPECT_EQ(what(row.text, row.severity), row.want);
}

TEST(Classifier, ReadsIdsOf64BitsAndRefusesGreaterOnes) {
  const struct {
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"wireguard: wg0: Peer # created", "peer_created wg0 peer=#"},
      {"wireguard: wg0: Keypair # created for peer 7", "keypair_created wg0 peer=7 keypair=#"},
      {"wireguard: wg0: Packet has invalid nonce # (max 8)",
       "nonce_invalid wg0 nonce=# nonce_max=8"},
      {"wireguard: wg0: Packet has invalid nonce 7 (max #)",
       "nonce_invalid wg0 nonce=7 nonce_max=#"},
  };
  const auto with = [](std::string_view text, std::string_view number) {
    return std::string(text).replace(text.find('#'), 1, number);
  };
  for (const auto& row : rows) {
    for (const std::string_view number : {"0", "18446744073709551615"}) {
      EXPECT_EQ(what(with(row.text, number)), with(row.want, number));
    }
    for (const std::string_view number : {"18446744073709551616", "99999999999999999999999999"}) {
      const std::string text = with(row.text, number);
      EXPECT_EQ(what(text), "unknown_message wg0 text=" + text);
    }
  }
}

TEST(Classifier, ReadsTheKernelsIntegersAndRefusesGreaterOnes) {
  EXPECT_EQ(what("wireguard: wg0: No route to 10.0.0.1:1, error -2147483648"),
            "no_route wg0 endpoint=10.0.0.1:1 error=-2147483648");
  EXPECT_EQ(what("wireguard: wg0: No route to 10.0.0.1:1, error -2147483649"),
            "unknown_message wg0 text=wireguard: wg0: No route to 10.0.0.1:1, error -2147483649");
  EXPECT_EQ(what("net_ratelimit: 18446744073709551615 callbacks suppressed", 4),
            "messages_suppressed count=18446744073709551615 text=net_ratelimit");
  EXPECT_EQ(what("net_ratelimit: 18446744073709551616 callbacks suppressed", 4), "nothing");
}

TEST(Classifier, KnowsRsyslogByItsMessageNumbersToo) {
  const std::string_view lost =
      "imklog: 7 messages lost due to rate-limiting (5 allowed within 1 seconds)";
  const std::string_view suppressed = "messages_suppressed count=7 text=imklog";
  EXPECT_EQ(what(lost, 6, "rsyslogd"), suppressed);
  EXPECT_EQ(what(lost, 6, "rsyslogd-2177"), suppressed);
  for (const auto program : {"rsyslogd-", "rsyslogd2177", "rsyslogd-x", "-2177", "2177"}) {
    EXPECT_EQ(what(lost, 6, program), "nothing") << program;
  }
}

/// Where several rules match a text, the first in the file is taken, as in the reference.
TEST(Classifier, PrefersTheFirstRuleWhateverItBeginsWith) {
  const Classifier classifier(
      parse_patterns("# example: bx\nmodule_loaded kernel * .x\n"
                     "# example: ab\nmessages_suppressed kernel * a[bx]\n",
                     "p", wireguard_vocabulary()));
  const LineView line{"kernel", std::nullopt, "ax"};
  EXPECT_EQ(describe(classifier.classify_by_every_rule(line)), "module_loaded");
  EXPECT_EQ(describe(classifier.classify(line)), "module_loaded");
}

TEST(Classifier, AnEmptyTextIsWhatARuleThatMatchesItSays) {
  for (const std::string_view expression : {".*", "x?", "(?:)", "(?:x|)", "(?P<text>.*)"}) {
    SCOPED_TRACE(expression);
    const Classifier classifier(
        parse_patterns(fmt::format("# example:\nmodule_loaded kernel * {0}\n"
                                   "# example:\nmodule_loaded tag=x * {0}\n"
                                   "# example: wireguard: wg0: x\nmodule_loaded interface * x?\n",
                                   expression),
                       "p", wireguard_vocabulary()));
    for (const LineView& line : {LineView{"kernel", std::nullopt, ""}, LineView{"x", 6, ""},
                                 LineView{"kernel", 7, "wireguard: wg0: "}}) {
      const auto event = classifier.classify(line);
      ASSERT_TRUE(event);
      EXPECT_EQ(event->kind, EventKind::module_loaded);
      EXPECT_EQ(describe(event), describe(classifier.classify_by_every_rule(line)));
    }
  }
}

TEST(Classifier, AnEmptyTextIsNothingToRulesThatDoNotMatchIt) {
  EXPECT_EQ(what("", std::nullopt), "nothing");
  EXPECT_EQ(what("", std::nullopt, "rsyslogd"), "nothing");
}

}  // namespace
}  // namespace wgaudit::classifier_test
