#include "wgaudit/classify/classifier.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/read_file.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

const std::vector<Rule>& shipped_rules() {
  static const auto rules = parse_patterns(read_file(WGAUDIT_SOURCE "/patterns/wireguard.patterns"),
                                           "wireguard.patterns");
  return rules;
}

const Classifier& shipped() {
  static const Classifier classifier(shipped_rules());
  return classifier;
}

/// All that an event says, in the order of its fields; `nothing` for a line that is none of ours.
std::string describe(const std::optional<KernelEvent>& event) {
  if (!event) return "nothing";
  std::string text(to_text(event->kind));
  if (!event->interface.empty()) text.append(" ").append(event->interface.view());
  if (event->peer) text += fmt::format(" peer={}", static_cast<std::uint64_t>(*event->peer));
  if (event->keypair) {
    text += fmt::format(" keypair={}", static_cast<std::uint64_t>(*event->keypair));
  }
  if (event->endpoint) text += " endpoint=" + to_text(*event->endpoint);
  if (event->address) text += " address=" + to_text(*event->address);
  if (event->nonce) text += fmt::format(" nonce={}", *event->nonce);
  if (event->nonce_max) text += fmt::format(" nonce_max={}", *event->nonce_max);
  if (event->count) text += fmt::format(" count={}", *event->count);
  if (event->attempt) text += fmt::format(" attempt={}", *event->attempt);
  if (event->seconds) text += fmt::format(" seconds={}", *event->seconds);
  if (event->error) text += fmt::format(" error={}", *event->error);
  if (!event->previous_interface.empty()) text += " previous=" + event->previous_interface;
  if (!event->text.empty()) text += " text=" + event->text;
  return text;
}

/// Both ways to classify, which must agree.
std::string what(std::string_view text, std::optional<std::uint8_t> severity = 7,
                 std::string_view program = "kernel") {
  const LineView line{program, severity, text};
  const std::string said = describe(shipped().classify(line));
  EXPECT_EQ(said, describe(shipped().classify_by_every_rule(line)));
  return said;
}

/// The examples of the shipped file and what they say.
const std::map<std::string_view, std::string_view>& example_table() {
  static const std::map<std::string_view, std::string_view> table = {
      {"wireguard: wg0: Interface created", "interface_created wg0"},
      {"wireguard: wg0: Interface destroyed", "interface_destroyed wg0"},
      {"wireguard: wg0: Interface deleted", "interface_destroyed wg0"},
      {"wireguard: wg0: Creating namespace exiting", "namespace_exiting wg0"},
      {"wireguard: wg0: Peer 7 created", "peer_created wg0 peer=7"},
      {"wireguard: wg0: Peer 7 (203.0.113.7:51820) destroyed",
       "peer_destroyed wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Peer 7 ((einval)) destroyed", "peer_destroyed wg0 peer=7 endpoint=(none)"},
      {"wireguard: wg0: Peer 7 ((invalid address)) destroyed",
       "peer_destroyed wg0 peer=7 endpoint=(none)"},
      {"wireguard: wg0: Handshake for peer 7 (203.0.113.7:51820) did not complete after 5 "
       "seconds, retrying (try 2)",
       "handshake_retried wg0 peer=7 endpoint=203.0.113.7:51820 attempt=2 seconds=5"},
      {"wireguard: wg0: Handshake for peer 7 (203.0.113.7:51820) did not complete after 20 "
       "attempts, giving up",
       "handshake_abandoned wg0 peer=7 endpoint=203.0.113.7:51820 attempt=20"},
      {"wireguard: wg0: Retrying handshake with peer 7 (203.0.113.7:51820) because we stopped "
       "hearing back after 15 seconds",
       "peer_silent wg0 peer=7 endpoint=203.0.113.7:51820 seconds=15"},
      {"wireguard: wg0: Zeroing out all keys for peer 7 (203.0.113.7:51820), since we haven't "
       "received a new one in 540 seconds",
       "keys_zeroed wg0 peer=7 endpoint=203.0.113.7:51820 seconds=540"},
      {"wireguard: wg0: Sending handshake initiation to peer 7 ([2001:db8::1]:51820/0%0)",
       "handshake_initiation_sent wg0 peer=7 endpoint=[2001:db8::1]:51820"},
      {"wireguard: wg0: Receiving handshake initiation from peer 7 ([fe80::1]:40001/0%2)",
       "handshake_initiation_received wg0 peer=7 endpoint=[fe80::1%2]:40001"},
      {"wireguard: wg0: Sending handshake response to peer 7 (203.0.113.7:51820)",
       "handshake_response_sent wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Receiving handshake response from peer 7 (203.0.113.7:51820)",
       "handshake_response_received wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Keypair 19 created for peer 7", "keypair_created wg0 peer=7 keypair=19"},
      {"wireguard: wg0: Keypair 17 destroyed for peer 7",
       "keypair_destroyed wg0 peer=7 keypair=17"},
      {"wireguard: wg0: Sending keepalive packet to peer 7 (203.0.113.7:51820)",
       "keepalive_sent wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Receiving keepalive packet from peer 7 (203.0.113.7:51820)",
       "keepalive_received wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Sending cookie response for denied handshake message for "
       "203.0.113.7:51820",
       "cookie_sent wg0 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Receiving cookie response from 203.0.113.7:51820",
       "cookie_received wg0 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Could not decrypt invalid cookie response", "cookie_invalid wg0"},
      {"wireguard: wg0: Invalid MAC of handshake, dropping packet from 203.0.113.7:51820",
       "mac_invalid wg0 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Invalid handshake initiation from 203.0.113.7:51820",
       "initiation_invalid wg0 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Invalid handshake response from 203.0.113.7:51820",
       "response_invalid wg0 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Dropping handshake packet from 203.0.113.7:51820",
       "handshake_dropped wg0 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Packet has unallowed src IP (192.168.9.66) from peer 7 "
       "(203.0.113.7:51820)",
       "source_not_allowed wg0 peer=7 endpoint=203.0.113.7:51820 address=192.168.9.66"},
      {"wireguard: wg0: Packet has unallowed src IP (fd09::66) from peer 7 "
       "([2001:db8::1]:51820/0%0)",
       "source_not_allowed wg0 peer=7 endpoint=[2001:db8::1]:51820 address=fd09::66"},
      {"wireguard: wg0: No peer has allowed IPs matching 10.200.0.250",
       "destination_not_allowed wg0 address=10.200.0.250"},
      {"wireguard: wg0: No peer has allowed IPs matching fd99:0000:0000:0000:0000:0000:0000:0250",
       "destination_not_allowed wg0 address=fd99::250"},
      {"wireguard: wg0: No valid endpoint has been configured or discovered for peer 7",
       "endpoint_missing wg0 peer=7"},
      {"wireguard: wg0: Packet is neither ipv4 nor ipv6 from peer 7 (203.0.113.7:51820)",
       "packet_not_ip wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Packet has incorrect size from peer 7 (203.0.113.7:51820)",
       "packet_wrong_size wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Invalid IP packet", "packet_invalid wg0"},
      {"wireguard: wg0: Failed to give packet to userspace from peer 7 (203.0.113.7:51820)",
       "packet_undeliverable wg0 peer=7 endpoint=203.0.113.7:51820"},
      {"wireguard: wg0: Packet has invalid nonce 7 (max 8)",
       "nonce_invalid wg0 nonce=7 nonce_max=8"},
      {"wireguard: wg0: No route to 203.0.113.5:51820, error -101",
       "no_route wg0 endpoint=203.0.113.5:51820 error=-101"},
      {"wireguard: wg0: Could not create IPv4 socket", "socket_failed wg0 text=IPv4"},
      {"wireguard: WireGuard 1.0.0 loaded. See www.wireguard.com for information.",
       "module_loaded text=WireGuard 1.0.0"},
      {"wireguard: Copyright (C) 2015-2019 Jason A. Donenfeld <Jason@zx2c4.com>. All Rights "
       "Reserved.",
       "module_loaded"},
      {"office: renamed from wg0", "interface_renamed office previous=wg0"},
      {"office: renamed from wg0 (while UP)", "interface_renamed office previous=wg0"},
      {"net_ratelimit: 34 callbacks suppressed", "messages_suppressed count=34 text=net_ratelimit"},
      {"imklog: 7 messages lost due to rate-limiting (5 allowed within 1 seconds)",
       "messages_suppressed count=7 text=imklog"},
      {"imklog from <vm:kernel>: begin to drop messages due to rate-limiting",
       "messages_suppressed text=imklog from <vm:kernel>"},
      {"Missed 12 kernel messages", "messages_suppressed count=12 text=kernel messages"},
  };
  return table;
}

TEST(ShippedPatterns, SayWhatTheirExamplesMean) {
  std::size_t examples = 0;
  for (const Rule& rule : shipped_rules()) {
    const std::string program = rule.program.empty() ? "kernel" : rule.program;
    for (const std::string& example : rule.examples) {
      SCOPED_TRACE(example);
      ++examples;
      const auto row = example_table().find(example);
      ASSERT_NE(row, example_table().end()) << "an example that this table does not know";
      EXPECT_EQ(what(example, rule.severity, program), row->second);
      EXPECT_EQ(row->second.substr(0, row->second.find(' ')), to_text(rule.kind));
    }
  }
  EXPECT_EQ(examples, example_table().size());
}

TEST(ShippedPatterns, HaveARuleForEveryKind) {
  std::set<EventKind> kinds = {EventKind::unknown_message};
  for (const Rule& rule : shipped_rules()) kinds.insert(rule.kind);
  EXPECT_EQ(kinds.size(), event_kind_count);
}

/// The examples of the lines that name an interface.
std::vector<std::string> interface_examples() {
  std::vector<std::string> examples;
  for (const Rule& rule : shipped_rules()) {
    if (rule.origin != Origin::interface) continue;
    examples.insert(examples.end(), rule.examples.begin(), rule.examples.end());
  }
  return examples;
}

constexpr std::size_t text_start = std::string_view("wireguard: wg0: ").size();

void expect_unknown(const std::string& line) {
  EXPECT_EQ(what(line), "unknown_message wg0 text=" + line);
}

/// Whether the word around `at` may be the value of a field: those have digits.
bool is_value(std::string_view line, std::size_t at) {
  const auto start = line.rfind(' ', at) + 1;
  const auto end = line.find(' ', at);
  return line.substr(start, end - start).find_first_of("0123456789") != std::string_view::npos;
}

/// A number or address at the end may be cut and still be one; any other cut must be seen.
TEST(ShippedPatterns, DoNotTakeALineThatIsCutShort) {
  for (const std::string& example : interface_examples()) {
    const bool ends_in_value = is_digit(example.back());
    const auto longest = ends_in_value ? example.rfind(' ') + 1 : example.size() - 1;
    for (std::size_t size = text_start; size <= longest; ++size) {
      expect_unknown(example.substr(0, size));
    }
  }
}

TEST(ShippedPatterns, DoNotTakeALineWithALetterMoreOrLess) {
  for (const std::string& example : interface_examples()) {
    expect_unknown(example + "x");
    expect_unknown(example + " ");
    for (std::size_t i = text_start; i < example.size(); ++i) {
      if (example[i] != ' ' && is_value(example, i)) continue;
      expect_unknown(std::string(example).erase(i, 1));
      for (const char more : {example[i], 's', ' '}) {
        expect_unknown(std::string(example).insert(i, 1, more));
      }
    }
  }
}

/// What the kernel prints such a line with.
std::uint8_t severity_of(EventKind kind) {
  if (kind == EventKind::module_loaded || kind == EventKind::interface_renamed) return 6;
  if (kind == EventKind::messages_suppressed) return 4;
  return kind == EventKind::socket_failed ? 3 : 7;
}

TEST(ShippedPatterns, TakeALineOfTheKernelOnlyWithItsSeverity) {
  for (const Rule& rule : shipped_rules()) {
    if (rule.origin == Origin::program) continue;
    const bool of_module = rule.origin != Origin::kernel;
    const std::string_view otherwise = of_module ? "unknown_message" : "nothing";
    for (std::uint8_t severity = 0; severity < 8; ++severity) {
      const std::string said = what(rule.examples.front(), severity);
      EXPECT_EQ(said.substr(0, said.find(' ')),
                severity == severity_of(rule.kind) ? to_text(rule.kind) : otherwise)
          << rule.examples.front() << " with severity " << int{severity};
    }
  }
}

TEST(ShippedPatterns, TakeALineOfAProgramWithAnySeverity) {
  const std::string_view lost = "Missed 12 kernel messages";
  for (std::uint8_t severity = 0; severity < 8; ++severity) {
    EXPECT_EQ(what(lost, severity, "systemd-journald"),
              "messages_suppressed count=12 text=kernel messages");
  }
}

TEST(Classifier, KeepsTheTextOfAWireGuardLineThatItDoesNotKnow) {
  const struct {
    const char* name;
    std::string_view text;
    std::uint8_t severity;
    std::string_view want;
  } rows[] = {
      {"another severity", "wireguard: wg0: Peer 7 created", 6,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 created"},
      {"text behind it", "wireguard: wg0: Peer 7 created ", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 created "},
      {"text before it", "wireguard: wg0:  Peer 7 created", 7,
       "unknown_message wg0 text=wireguard: wg0:  Peer 7 created"},
      {"cut in a number", "wireguard: wg0: Receiving keepalive packet from peer 12", 7,
       "unknown_message wg0 text=wireguard: wg0: Receiving keepalive packet from peer 12"},
      {"cut before the bracket", "wireguard: wg0: Peer 7 (203.0.113.7:51820", 7,
       "unknown_message wg0 text=wireguard: wg0: Peer 7 (203.0.113.7:51820"},
      {"nothing behind the interface", "wireguard: wg0: ", 7,
       "unknown_message wg0 text=wireguard: wg0: "},
      {"nothing behind the module", "wireguard: ", 7, "unknown_message text=wireguard: "},
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

/// Where several rules match a text, the first in the file has it, as in the reference.
TEST(Classifier, PrefersTheFirstRuleWhateverItBeginsWith) {
  const Classifier classifier(
      parse_patterns("# example: bx\nmodule_loaded kernel * .x\n"
                     "# example: ab\nmessages_suppressed kernel * a[bx]\n",
                     "p"));
  const LineView line{"kernel", std::nullopt, "ax"};
  EXPECT_EQ(describe(classifier.classify_by_every_rule(line)), "module_loaded");
  EXPECT_EQ(describe(classifier.classify(line)), "module_loaded");
}

}  // namespace
}  // namespace wgaudit
