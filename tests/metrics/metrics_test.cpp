#include "shell/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "shell/metrics/peer_metrics.hpp"
#include "shell/settings/suggestion.hpp"

namespace wgaudit::metrics_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view alice = "zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=";
constexpr UtcTime noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h};

InterfaceName interface_of(std::string_view name) {
  return *parse_interface_name(name);
}

Record peer_of(std::string_view interface, Presence presence) {
  Record record;
  record.interface = interface_of(interface);
  PeerFacts& peer = record.body.emplace<PeerBody>().peer;
  peer.public_key = parse_public_key(alice);
  peer.presence = presence;
  peer.allowed_ips = "10.0.0.2/32,fd00::2/128";
  return record;
}

Status sample_status() {
  Status status;
  status.started = noon;
  status.monitor.version = "0.1.0";
  status.monitor.interval = 30s;
  status.datagrams = {30, 20, 4, 6};
  status.counters.rejected = {{"no_priority", 2}, {"wrong_mark", 4}};
  status.counters.events[static_cast<std::size_t>(EventKind::peer_created)] = 3;
  status.counters.actions[static_cast<std::size_t>(Action::peer_online)] = 2;
  status.counters.losses = {{"events_deleted", {1, 5000}}, {"kernel_suppressed", {2, 0}}};
  status.counters.sessions_ended = {{ChangeReason::timeout, 7}};
  status.counters.dumps = 40;
  status.counters.dump_failures = 1;
  status.counters.dump_cpu = 1500ms;
  status.dump_durations.add(4ms);
  status.last_dump = noon + 90s + 250ms;
  status.today = {12, 11};
  status.journal_sequence = 77;
  status.events_sequence = 6000;
  status.readers = {{"text_log", 70, 7}, {"hooks", 77, 0}};
  status.writer.waiting_records = 3;
  status.writer.waiting_bytes = 900;
  status.writer.holds_events = true;
  status.peers = {peer_of("wg0", Presence::online), peer_of("wg0", Presence::offline)};
  status.peers[0].as<PeerBody>()->peer.identity = IdentityState::proven;
  return status;
}

std::string metrics_of(const Status& status) {
  Exposition text;
  write_metrics(status, text);
  return text.take();
}

/// Without the samples of kinds and actions that are 0, which are many.
std::string shortened(const std::string& text) {
  std::istringstream lines(text);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    const bool is_one_of_many =
        line.starts_with("wgaudit_events_total{") || line.starts_with("wgaudit_records_total{");
    if (!is_one_of_many || !line.ends_with(" 0")) kept += line + "\n";
  }
  return kept;
}

TEST(Metrics, OfAStatusAreThisText) {
  EXPECT_EQ(shortened(metrics_of(sample_status())),
            R"(# HELP wgaudit_build_info The program that runs; always 1.
# TYPE wgaudit_build_info gauge
wgaudit_build_info{version="0.1.0"} 1
# HELP wgaudit_start_time_seconds When the daemon started, in Unix time.
# TYPE wgaudit_start_time_seconds gauge
wgaudit_start_time_seconds 1795348800
# HELP wgaudit_interval_seconds Time between dumps while no line asks for one.
# TYPE wgaudit_interval_seconds gauge
wgaudit_interval_seconds 30
# HELP wgaudit_datagrams_total Datagrams received, by what became of them.
# TYPE wgaudit_datagrams_total counter
wgaudit_datagrams_total{outcome="recorded"} 20
wgaudit_datagrams_total{outcome="ignored"} 4
wgaudit_datagrams_total{outcome="rejected"} 6
# HELP wgaudit_datagrams_rejected_total Datagrams rejected, by reason.
# TYPE wgaudit_datagrams_rejected_total counter
wgaudit_datagrams_rejected_total{reason="no_priority"} 2
wgaudit_datagrams_rejected_total{reason="wrong_mark"} 4
# HELP wgaudit_events_total Lines of the kernel, by kind, repeats counted.
# TYPE wgaudit_events_total counter
wgaudit_events_total{kind="peer_created"} 3
# HELP wgaudit_records_total Records made for the journal, by action.
# TYPE wgaudit_records_total counter
wgaudit_records_total{action="peer_online"} 2
# HELP wgaudit_losses_total Records of evidence_lost, by reason.
# TYPE wgaudit_losses_total counter
wgaudit_losses_total{reason="events_deleted"} 1
wgaudit_losses_total{reason="kernel_suppressed"} 2
# HELP wgaudit_lost_total What those say was lost, where it is known how much; the reason says of what.
# TYPE wgaudit_lost_total counter
wgaudit_lost_total{reason="events_deleted"} 5000
wgaudit_lost_total{reason="kernel_suppressed"} 0
# HELP wgaudit_last_sequence Number of the last record.
# TYPE wgaudit_last_sequence gauge
wgaudit_last_sequence{stream="journal"} 77
wgaudit_last_sequence{stream="events"} 6000
# HELP wgaudit_reader_lag_records Records of the journal, on the disk, that a reader has not taken.
# TYPE wgaudit_reader_lag_records gauge
wgaudit_reader_lag_records{reader="text_log"} 7
wgaudit_reader_lag_records{reader="hooks"} 0
# HELP wgaudit_queued_records Records that wait for the disk.
# TYPE wgaudit_queued_records gauge
wgaudit_queued_records 3
# HELP wgaudit_queued_bytes The size of their lines.
# TYPE wgaudit_queued_bytes gauge
wgaudit_queued_bytes 900
# HELP wgaudit_disk_refuses 1 while the disk takes nothing.
# TYPE wgaudit_disk_refuses gauge
wgaudit_disk_refuses 0
# HELP wgaudit_events_held 1 while events wait because the journal's disk is nearly full.
# TYPE wgaudit_events_held gauge
wgaudit_events_held 1
# HELP wgaudit_peers Peers, by presence; each that is online has a session.
# TYPE wgaudit_peers gauge
wgaudit_peers{interface="wg0",state="online"} 1
wgaudit_peers{interface="wg0",state="offline"} 1
wgaudit_peers{interface="wg0",state="unknown"} 0
# HELP wgaudit_peer_identities Peers, by whether it is proven which kernel peer id is theirs.
# TYPE wgaudit_peer_identities gauge
wgaudit_peer_identities{interface="wg0",state="proven"} 1
wgaudit_peer_identities{interface="wg0",state="unresolved"} 1
# HELP wgaudit_sessions_ended_total Sessions that ended, by reason.
# TYPE wgaudit_sessions_ended_total counter
wgaudit_sessions_ended_total{reason="timeout"} 7
wgaudit_sessions_ended_total{reason="peer_recreated"} 0
wgaudit_sessions_ended_total{reason="peer_removed"} 0
wgaudit_sessions_ended_total{reason="interface_removed"} 0
# HELP wgaudit_handshakes_today Handshakes of this UTC day that dumps proved and that were judged.
# TYPE wgaudit_handshakes_today gauge
wgaudit_handshakes_today 12
# HELP wgaudit_handshakes_printed_today Those of them that a line of the kernel's told of.
# TYPE wgaudit_handshakes_printed_today gauge
wgaudit_handshakes_printed_today 11
# HELP wgaudit_dumps_total Runs of wg show all dump, by outcome.
# TYPE wgaudit_dumps_total counter
wgaudit_dumps_total{outcome="succeeded"} 40
wgaudit_dumps_total{outcome="failed"} 1
# HELP wgaudit_dump_duration_seconds Time from the start of wg to its complete output, of those that succeeded.
# TYPE wgaudit_dump_duration_seconds histogram
wgaudit_dump_duration_seconds_bucket{le="0.005"} 1
wgaudit_dump_duration_seconds_bucket{le="0.01"} 1
wgaudit_dump_duration_seconds_bucket{le="0.025"} 1
wgaudit_dump_duration_seconds_bucket{le="0.05"} 1
wgaudit_dump_duration_seconds_bucket{le="0.1"} 1
wgaudit_dump_duration_seconds_bucket{le="0.25"} 1
wgaudit_dump_duration_seconds_bucket{le="0.5"} 1
wgaudit_dump_duration_seconds_bucket{le="1"} 1
wgaudit_dump_duration_seconds_bucket{le="2.5"} 1
wgaudit_dump_duration_seconds_bucket{le="5"} 1
wgaudit_dump_duration_seconds_bucket{le="+Inf"} 1
wgaudit_dump_duration_seconds_sum 0.004
wgaudit_dump_duration_seconds_count 1
# HELP wgaudit_dump_cpu_seconds_total Processor's time that dumps took, wg included.
# TYPE wgaudit_dump_cpu_seconds_total counter
wgaudit_dump_cpu_seconds_total 1.5
# HELP wgaudit_last_dump_timestamp_seconds When the last dump that succeeded was complete, in Unix time.
# TYPE wgaudit_last_dump_timestamp_seconds gauge
wgaudit_last_dump_timestamp_seconds 1795348890.25
)");
}

TEST(Metrics, BeginWithEveryKindAndActionAtNothing) {
  const std::string text = metrics_of({});
  for (const auto& kind : names_up_to(EventKind::unknown_message)) {
    EXPECT_THAT(text, HasSubstr("\nwgaudit_events_total{kind=\"" + kind + "\"} 0\n"));
  }
  for (const auto& action : names_up_to(Action::checkpoint)) {
    EXPECT_THAT(text, HasSubstr("\nwgaudit_records_total{action=\"" + action + "\"} 0\n"));
  }
}

TEST(Metrics, HaveNoDumpTimeBeforeTheFirstAndNoHookWithoutOne) {
  Status status;
  EXPECT_THAT(metrics_of(status), Not(HasSubstr("wgaudit_last_dump_timestamp_seconds")));
  EXPECT_THAT(metrics_of(status), Not(HasSubstr("wgaudit_hook_runs_total")));
  status.hook_runs = HookRuns{5, 4, 3, 2};
  EXPECT_THAT(metrics_of(status), HasSubstr(R"(
wgaudit_hook_runs_total{outcome="succeeded"} 5
wgaudit_hook_runs_total{outcome="failed"} 4
wgaudit_hook_runs_total{outcome="timed_out"} 3
wgaudit_hook_runs_total{outcome="skipped"} 2
)"));
}

TEST(Metrics, HaveTheOtherInterfacesAsOne) {
  Status status;
  status.peers.push_back(peer_of("other", Presence::online));
  for (int i = 0; i < 100; ++i) {
    status.peers.push_back(peer_of("wg" + std::to_string(i), Presence::online));
  }
  const std::string text = metrics_of(status);
  const auto is_online = [](const std::string& line) {
    return line.starts_with("wgaudit_peers{") && line.find("online") != std::string::npos;
  };
  std::istringstream lines(text);
  int series = 0;
  for (std::string line; std::getline(lines, line);) series += is_online(line) ? 1 : 0;
  EXPECT_EQ(series, 32);
  EXPECT_THAT(text, HasSubstr("\nwgaudit_peers{interface=\"wg30\",state=\"online\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nwgaudit_peers{interface=\"other\",state=\"online\"} 70\n"));
}

TEST(Metrics, HaveNoKeyAndNoNameOfAPeer) {
  Status status = sample_status();
  status.peers[0].as<PeerBody>()->peer.name = "laptop";
  EXPECT_THAT(metrics_of(status), Not(HasSubstr("laptop")));
  EXPECT_THAT(metrics_of(status), Not(HasSubstr(std::string(alice))));
}

TEST(PeerMetrics, AreThoseOfPrometheusWireguardExporter) {
  Records peers = {peer_of("wg0", Presence::online), peer_of("a\"b", Presence::offline)};
  peers[0].as<PeerBody>()->peer.name = "the \"first\"\n";
  peers[0].as<PeerBody>()->peer.tx_bytes = 139'524'160;
  peers[0].as<PeerBody>()->peer.rx_bytes = 10'288'508;
  peers[0].as<PeerBody>()->peer.latest_handshake = std::chrono::sys_seconds(1'555'771'458s);
  peers[1].as<PeerBody>()->peer.allowed_ips = "(none)";
  Exposition text;
  write_peer_metrics(peers, text);
  EXPECT_EQ(text.take(), R"x(# HELP wireguard_sent_bytes_total Bytes sent to the peer.
# TYPE wireguard_sent_bytes_total counter
wireguard_sent_bytes_total{interface="wg0",public_key="zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=",allowed_ips="10.0.0.2/32,fd00::2/128",friendly_name="the \"first\"\\x0a"} 139524160
wireguard_sent_bytes_total{interface="a\"b",public_key="zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=",allowed_ips="(none)"} 0
# HELP wireguard_received_bytes_total Bytes received from the peer.
# TYPE wireguard_received_bytes_total counter
wireguard_received_bytes_total{interface="wg0",public_key="zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=",allowed_ips="10.0.0.2/32,fd00::2/128",friendly_name="the \"first\"\\x0a"} 10288508
wireguard_received_bytes_total{interface="a\"b",public_key="zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=",allowed_ips="(none)"} 0
# HELP wireguard_latest_handshake_seconds The latest handshake, in Unix time; 0: never.
# TYPE wireguard_latest_handshake_seconds gauge
wireguard_latest_handshake_seconds{interface="wg0",public_key="zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=",allowed_ips="10.0.0.2/32,fd00::2/128",friendly_name="the \"first\"\\x0a"} 1555771458
wireguard_latest_handshake_seconds{interface="a\"b",public_key="zgh74sETyWNQwdj9YIPxJQF5sLWEE0Gq1q9kbFExWHc=",allowed_ips="(none)"} 0
)x");
}

}  // namespace
}  // namespace wgaudit::metrics_test
