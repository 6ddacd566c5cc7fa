#include "shell/readers/wg_monitor_lines.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "audit/story.hpp"

namespace wgaudit::wg_monitor_lines_test {
namespace {

/// Sets the local time zone while it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~TimeZone() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

std::string compact(const Record& record) {
  return text_line(record, LogFormat::compact);
}

std::string classic(const Record& record) {
  return text_line(record, LogFormat::classic);
}

Record transition(Action action) {
  Record record;
  record.sequence = 1;
  record.timestamp = *parse_rfc3339("2026-11-21T07:05:31Z");
  record.created = *parse_rfc3339("2026-11-21T07:05:36.7Z");
  record.action = action;
  record.interface = *parse_interface_name("wg0");
  auto& body = record.body.emplace<PeerBody>();
  body.endpoint = parse_endpoint("192.168.1.50:51820");
  PeerFacts& peer = body.peer;
  peer.public_key = parse_public_key("fE/wdxzlAAAAAAAAAAAAAAAAAAAAAAAAAAAAHKFS6Ds=");
  peer.presence = Presence::online;
  peer.allowed_ips = "10.0.0.1/32";
  peer.latest_handshake =
      std::chrono::floor<std::chrono::seconds>(*parse_rfc3339("2026-11-21T07:05:31Z"));
  return record;
}

PeerBody& peer_in(Record& record) {
  return std::get<PeerBody>(record.body);
}

// The lines below are wg_monitor 2.0.0's, from a run of it on the same rows.
TEST(TextLine, IsWgMonitorsByteForByte) {
  const TimeZone utc("UTC");
  Record online = transition(Action::peer_online);
  online.reason = "first_seen";
  EXPECT_EQ(compact(online),
            "2026-11-21 07:05:36 ONLINE  [wg0] fE/wdxzl...HKFS6Ds= (192.168.1.50:51820) [IP: "
            "10.0.0.1] new (handshake: 07:05:31)\n");

  Record added = transition(Action::peer_added);
  added.reason = "first_seen";
  peer_in(added).endpoint = Endpoint{};
  peer_in(added).peer.public_key = parse_public_key("jUd41n3XAAAAAAAAAAAAAAAAAAAAAAAAAAAAo70U+Rw=");
  peer_in(added).peer.presence = Presence::offline;
  peer_in(added).peer.allowed_ips = "(none)";
  peer_in(added).peer.latest_handshake = std::chrono::sys_seconds{};
  EXPECT_EQ(compact(added),
            "2026-11-21 07:05:36 OFFLINE [wg0] jUd41n3X...o70U+Rw= ((none)) [IP: (none)] new "
            "(handshake: Never)\n");

  Record roamed = transition(Action::peer_roamed);
  roamed.created = *parse_rfc3339("2026-11-21T07:05:41Z");
  peer_in(roamed).previous_endpoint = parse_endpoint("192.168.1.50:51820");
  peer_in(roamed).endpoint = parse_endpoint("203.0.113.9:4500");
  EXPECT_EQ(compact(roamed),
            "2026-11-21 07:05:41 ROAMING [wg0] fE/wdxzl...HKFS6Ds= (203.0.113.9:4500) [IP: "
            "10.0.0.1] 192.168.1.50:51820 → 203.0.113.9:4500\n");

  Record removed = transition(Action::peer_removed);
  removed.created = *parse_rfc3339("2026-11-21T07:05:41Z");
  peer_in(removed).endpoint = parse_endpoint("[2001:db8::7]:51820");
  peer_in(removed).peer.public_key =
      parse_public_key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=");
  peer_in(removed).peer.allowed_ips = "10.0.0.3/32,fd00::3/128,10.9.0.0/16";
  peer_in(removed).peer.latest_handshake =
      std::chrono::floor<std::chrono::seconds>(*parse_rfc3339("2026-11-20T06:05:36Z"));
  EXPECT_EQ(compact(removed),
            "2026-11-21 07:05:41 [WARN] REMOVED [wg0] AAAAAAAA...AAAAAAE= ([2001:db8::7]:51820) "
            "[IPs: 10.0.0.3, fd00::3] (handshake: 2026-11-20 06:05:36)\n");
}

TEST(TextLine, OfAnOrdinaryFlipHasNoNew) {
  const TimeZone utc("UTC");
  Record offline = transition(Action::peer_offline);
  offline.reason = "timeout";
  peer_in(offline).peer.allowed_ips = "10.8.0.0/24,fd00::/64";
  EXPECT_EQ(compact(offline),
            "2026-11-21 07:05:36 OFFLINE [wg0] fE/wdxzl...HKFS6Ds= (192.168.1.50:51820) [IPs: "
            "10.8.0.0/24,fd00::/64] (handshake: 07:05:31)\n");
}

TEST(TextLine, IsInLocalTime) {
  const TimeZone tokyo("Asia/Tokyo");
  EXPECT_EQ(compact(transition(Action::peer_online)).substr(0, 19), "2026-11-21 16:05:36");
}

TEST(TextLine, TellsOfTheMonitorAsWgMonitorDoes) {
  const TimeZone utc("UTC");
  Record started = transition(Action::monitor_started);
  auto& monitor = started.body.emplace<MonitorFacts>();
  monitor.interval = std::chrono::seconds(30);
  monitor.threshold = std::chrono::seconds(180);
  monitor.stats_interval = std::chrono::seconds(3600);
  EXPECT_EQ(compact(started),
            "2026-11-21 07:05:36 Monitor started | Interval: 30s, Threshold: 180s, Stats: 3600s\n");
  monitor.only_interface = "wg0";
  EXPECT_EQ(compact(started),
            "2026-11-21 07:05:36 Monitor started | Interval: 30s, Threshold: 180s, Stats: 3600s, "
            "Interface: wg0\n");
  Record stopped = started;
  stopped.action = Action::monitor_stopped;
  stopped.as<MonitorFacts>()->signal = 15;
  EXPECT_EQ(compact(stopped),
            "2026-11-21 07:05:36 Received signal 15, shutting down gracefully...\n"
            "2026-11-21 07:05:36 Monitor stopped gracefully.\n");
}

TEST(TextLine, IsVersionOnesInTheClassicFormat) {
  const TimeZone utc("UTC");
  Record online = transition(Action::peer_online);
  EXPECT_EQ(classic(online),
            "2026-11-21 07:05:36 - INFO - Status change: [wg0] fE/wdxzl...HKFS6Ds= "
            "(192.168.1.50:51820) [IP: 10.0.0.1] → ONLINE (Last handshake: 2026-11-21 07:05:31)\n");
  online.reason = "first_seen";
  EXPECT_EQ(classic(online),
            "2026-11-21 07:05:36 - INFO - New peer discovered: [wg0] fE/wdxzl...HKFS6Ds= "
            "(192.168.1.50:51820) [IP: 10.0.0.1] - ONLINE (Last handshake: 2026-11-21 07:05:31)\n");
  Record roamed = transition(Action::peer_roamed);
  peer_in(roamed).previous_endpoint = parse_endpoint("203.0.113.9:4500");
  EXPECT_EQ(classic(roamed),
            "2026-11-21 07:05:36 - INFO - Endpoint changed (Roaming): [wg0] fE/wdxzl...HKFS6Ds= "
            "(192.168.1.50:51820) [IP: 10.0.0.1] (Old: 203.0.113.9:4500 → New: "
            "192.168.1.50:51820)\n");
  Record removed = transition(Action::peer_removed);
  peer_in(removed).peer.latest_handshake = std::chrono::sys_seconds{};
  EXPECT_EQ(classic(removed),
            "2026-11-21 07:05:36 - WARNING - REMOVED [wg0] fE/wdxzl...HKFS6Ds= "
            "(192.168.1.50:51820) [IP: 10.0.0.1] (Last handshake: Never)\n");
  Record started = transition(Action::monitor_started);
  auto& monitor = started.body.emplace<MonitorFacts>();
  monitor.interval = std::chrono::seconds(30);
  monitor.threshold = std::chrono::seconds(180);
  monitor.stats_interval = std::chrono::seconds(3600);
  EXPECT_EQ(classic(started),
            "2026-11-21 07:05:36 - INFO - Monitor started - Interval: 30s, Threshold: 180s, Stats "
            "interval: 3600s\n");
  EXPECT_EQ(text_line(online.created, LogLevel::warning, "free text", LogFormat::classic),
            "2026-11-21 07:05:36 - WARNING - free text\n");
}

TEST(TextLine, OfStatisticsIsInTheFormatsOwnWords) {
  const Statistics statistics = {1, 2, 3, 4, 5};
  EXPECT_EQ(statistics_body(statistics, LogFormat::compact),
            "Statistics | Checks: 1, Failures: 2, Changes: 3, Errors: 4, Peers: 5");
  EXPECT_EQ(statistics_body(statistics, LogFormat::classic),
            "Statistics - Checks: 1, Failures: 2, State changes: 3, Parse errors: 4, Tracking "
            "peers: 5");
}

TEST(TextLine, OfAPeerAsTheStartFindsItIsNew) {
  const TimeZone utc("UTC");
  Record found = transition(Action::snapshot);
  EXPECT_EQ(compact(found), "");
  found.reason = start_reason;
  EXPECT_EQ(compact(found),
            "2026-11-21 07:05:36 ONLINE  [wg0] fE/wdxzl...HKFS6Ds= (192.168.1.50:51820) [IP: "
            "10.0.0.1] new (handshake: 07:05:31)\n");
  peer_in(found).peer.presence = Presence::offline;
  EXPECT_EQ(compact(found).substr(20, 8), "OFFLINE ");
  found.body = {};
  EXPECT_EQ(compact(found), "") << "of a journal that somebody wrote";
}

TEST(TextLine, ThereIsNoneForWhatWgMonitorDoesNotTell) {
  for (const Action action : {Action::snapshot, Action::config_changed, Action::checkpoint}) {
    EXPECT_EQ(compact(transition(action)), "");
  }
  Record online_added = transition(Action::peer_added);
  EXPECT_EQ(compact(online_added), "") << "its line is that of peer_online";
}

TEST(ShownIps, AreTheHostAddressesOrAll) {
  const struct {
    const char* allowed_ips;
    const char* shown;
  } rows[] = {
      {"10.0.0.2/32", "10.0.0.2"},
      {"10.0.0.2/32,10.1.0.0/16", "10.0.0.2"},
      {"10.0.0.2/32,fd00::2/128", "10.0.0.2, fd00::2"},
      {"10.1.0.0/16,fd00::/64", "10.1.0.0/16,fd00::/64"},
      {"(none)", "(none)"},
  };
  for (const auto& row : rows) EXPECT_EQ(shown_ips(row.allowed_ips), row.shown);
}

}  // namespace
}  // namespace wgaudit::wg_monitor_lines_test
