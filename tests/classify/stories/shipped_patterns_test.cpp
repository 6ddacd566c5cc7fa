#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "classify/described.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit::shipped_patterns_test {
namespace {

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
      {"imjournal: 84667 messages lost due to rate-limiting",
       "messages_suppressed count=84667 text=imjournal"},
      {"imkmsg: some messages in circular buffer got overwritten",
       "messages_suppressed text=imkmsg"},
      {"Destination queue full, dropping messages; queue_len='10000', log_fifo_size='10000', "
       "count='4', persist_name='afsocket_dd_qfile(dgram,127.0.0.1:9999)'",
       "messages_suppressed count=4 text=Destination queue full"},
      {"Destination queue full, dropping message; queue_len='10000', log_fifo_size='10000'",
       "messages_suppressed text=Destination queue full"},
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
      EXPECT_EQ(row->second.substr(0, row->second.find(' ')), rule.kind);
    }
  }
  EXPECT_EQ(examples, example_table().size());
}

TEST(ShippedPatterns, HaveARuleForEveryKind) {
  std::set<EventKind> kinds = {EventKind::unknown_message};
  for (const Rule& rule : shipped_rules()) kinds.insert(parse_event_kind(rule.kind).value());
  EXPECT_EQ(kinds.size(), event_kind_count);
}

/// The examples of the lines that name an interface.
std::vector<std::string> interface_examples() {
  std::vector<std::string> examples;
  for (const Rule& rule : shipped_rules()) {
    if (rule.origin != "interface") continue;
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

/// Returns the severity with which the kernel prints lines of a kind.
std::uint8_t severity_of(EventKind kind) {
  if (kind == EventKind::module_loaded || kind == EventKind::interface_renamed) return 6;
  if (kind == EventKind::messages_suppressed) return 4;
  return kind == EventKind::socket_failed ? 3 : 7;
}

TEST(ShippedPatterns, TakeALineOfTheKernelOnlyWithItsSeverity) {
  for (const Rule& rule : shipped_rules()) {
    if (rule.origin == "tag") continue;
    const bool of_module = rule.origin != "kernel";
    const std::string_view otherwise = of_module ? "unknown_message" : "nothing";
    for (std::uint8_t severity = 0; severity < 8; ++severity) {
      const std::string said = what(rule.examples.front(), severity);
      EXPECT_EQ(said.substr(0, said.find(' ')),
                severity == severity_of(*parse_event_kind(rule.kind)) ? rule.kind : otherwise)
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

}  // namespace
}  // namespace wgaudit::shipped_patterns_test
