#include "shell/status/status_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "shell/system/terminal.hpp"
#include "status/status_sample.hpp"

namespace wgaudit::status_text_test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

/// The text of a status as it was told.
std::string text_of(const Status& status, const TextStyle& style = {}) {
  return status_text({status, gw1}, style);
}

/// The lines behind that of the header.
std::string table_of(const std::vector<ShownPeer>& peers, const TextStyle& style = {}) {
  const std::string text = text_of(sample_status(peers), style);
  return text.substr(text.find('\n', text.find("PEER")) + 1);
}

class StatusText : public testing::Test {
 protected:
  StatusText() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

TEST_F(StatusText, TellsOfTheDaemonAndThenOfEachPeerThoseOnlineFirst) {
  const std::vector<ShownPeer> peers = {
      {"bob", "(none)", Presence::offline, seconds(3 * 86400 + 7200)},
      {"carol", "198.51.100.4:40001", Presence::online, seconds(96)},
      {"alice", "203.0.113.7:51820", Presence::online, seconds(12), PeerId{7}, {Evidence::order}}};
  EXPECT_EQ(text_of(sample_status(peers)),
            "wgaudit 0.1.0 on gw1, since 2026-11-21 07:00:00 (2h04m)\n"
            "last dump  3s ago, 250 in all, 2 failed\n"
            "datagrams  1204 received, 1100 recorded, 104 ignored, 0 rejected\n"
            "handshakes 40 today (UTC), 39 of them printed by the kernel\n"
            "lost       nothing that is known\n"
            "readers    text_log has read all, hooks has read all\n"
            "peers      2 of 3 online\n"
            "\n"
            "PEER  IF  STATE   SINCE HANDSHAKE RX   TX   ENDPOINT           IDENTITY\n"
            "alice wg0 online  1h03m 12s       1.2M 3.4G 203.0.113.7:51820  7 order\n"
            "carol wg0 online  1h03m 1m36s     1.2M 3.4G 198.51.100.4:40001 -\n"
            "bob   wg0 offline 1h03m 3d02h     -    -    -                  -\n");
}

TEST_F(StatusText, TellsOfTroubleAndLosses) {
  Status status = sample_status({});
  status.last_dump.reset();
  status.dump_trouble = "exit status 1: \x1b[31mno";
  status.counters.losses = {{"dump_outage", {1, 0}},
                            {"handshake_not_printed", {2, 2}},
                            {"messages_suppressed", {12, 4711}},
                            {"socket_overflow", {1, 14}}};
  status.datagrams.rejected = 1;
  status.readers = {{"text_log", 401, 0}, {"hooks", 399, 2}};
  status.writer.refuses = status.writer.holds_events = true;
  status.writer.waiting_records = 1;
  EXPECT_EQ(text_of(status),
            "wgaudit 0.1.0 on gw1, since 2026-11-21 07:00:00 (2h04m)\n"
            "last dump  none yet, 250 in all, 2 failed\n"
            "           the last one failed: exit status 1: \\x1b[31mno\n"
            "datagrams  1204 received, 1100 recorded, 104 ignored, 1 rejected\n"
            "handshakes 40 today (UTC), 39 of them printed by the kernel\n"
            "lost       dump_outage 1 record, handshake_not_printed 2 in 2 records,\n"
            "           messages_suppressed 4711 in 12 records,\n"
            "           socket_overflow 14 in 1 record\n"
            "readers    text_log has read all, hooks 2 records behind\n"
            "disk       takes nothing, is nearly full: events wait, 1 record to be written\n"
            "peers      0 of 0 online\n"
            "\n");
}

TEST_F(StatusText, WhatDoesNotFitBesideAPeerStandsBelowIt) {
  const std::vector<ShownPeer> peers = {{"alice", "[2001:db8:1111:2222:3333:4444:5555:6666]:51820"},
                                        {"bob",
                                         "203.0.113.7:51820",
                                         Presence::online,
                                         seconds(1),
                                         PeerId{12},
                                         {Evidence::order, Evidence::handshake, Evidence::traffic}},
                                        {"carol"}};
  EXPECT_EQ(table_of(peers),
            "alice wg0 online 1h03m 12s       1.2M 3.4G\n"
            "  [2001:db8:1111:2222:3333:4444:5555:6666]:51820 -\n"
            "bob   wg0 online 1h03m 1s        1.2M 3.4G\n"
            "  203.0.113.7:51820 12 order,handshake,traffic\n"
            "carol wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n");
  EXPECT_THAT(table_of(peers, {.width = 120}),
              testing::StartsWith("alice wg0 online 1h03m 12s       1.2M 3.4G "
                                  "[2001:db8:1111:2222:3333:4444:5555:6666]:51820 -\n"));
}

TEST_F(StatusText, NamesAreAlignedByCharactersAndCutAtSixteen) {
  EXPECT_EQ(table_of({{"Zoë"}, {"Anna"}, {"Œuvre-Ünïcödé-Längst-Name"}}),
            "Anna             wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n"
            "Zoë              wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n"
            "Œuvre-Ünïcödé-L… wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n");
}

TEST_F(StatusText, AnIdeographTakesTwoColumnsAndACombiningAccentNone) {
  EXPECT_EQ(table_of({{"Zoe\u0308"}, {"北京办公室的路由器"}, {"東京"}}),
            "Zoe\u0308             wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n"
            "北京办公室的路… wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n"
            "東京            wg0 online 1h03m 12s       1.2M 3.4G 203.0.113.7:51820 -\n");
}

TEST_F(StatusText, WithoutANameAPeerIsCalledByItsKeyAndOneThatNeverCameHasNoHandshake) {
  Status status = sample_status({{"alice", "(none)", Presence::offline}});
  status.peers[0].as<PeerBody>()->peer.name.clear();
  status.peers[0].as<PeerBody>()->peer.latest_handshake = std::chrono::sys_seconds{};
  EXPECT_THAT(text_of(status), HasSubstr("\nYWxpY2UA wg0 offline 1h03m never     -  -  -"));
}

TEST_F(StatusText, ColoursAreOfWhatMatters) {
  Status status = sample_status({{"alice"}, {"bob", "(none)", Presence::offline}});
  EXPECT_THAT(text_of(status), Not(HasSubstr("\x1b")));
  status.counters.losses = {{"dump_outage", {1, 0}}};
  const std::string text = text_of(status, {.has_colours = true});
  EXPECT_THAT(text, HasSubstr("\x1b[33mlost       dump_outage 1 record\x1b[0m\n"));
  EXPECT_THAT(text, HasSubstr("alice wg0 \x1b[32monline \x1b[0m 1h03m"));
  EXPECT_THAT(text, HasSubstr("\x1b[2mbob   wg0 offline 1h03m"));
}

TEST_F(StatusText, OnAScreenWhatHasNoRoomIsCounted) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back(fmt::format("peer{:02}", i));
  std::vector<ShownPeer> peers;
  for (const std::string& name : names) peers.push_back({name});
  const std::string text = text_of(sample_status(peers), {.height = 24});
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 23);
  EXPECT_THAT(text, HasSubstr("peers      100 of 100 online\n"));
  EXPECT_THAT(text, HasSubstr("\npeer00 "));
  EXPECT_THAT(text, testing::EndsWith(" more peers: wgaudit status shows all\n"));
  EXPECT_THAT(text_of(sample_status(peers)), HasSubstr("\npeer99 "));
}

TEST_F(StatusText, SpansAndBytesAreShort) {
  const std::pair<std::int64_t, const char*> spans[] = {
      {0, "0s"},         {59, "59s"},      {60, "1m00s"},       {3599, "59m59s"}, {3600, "1h00m"},
      {86399, "23h59m"}, {86400, "1d00h"}, {8639999, "99d23h"}, {8640000, "100d"}};
  for (const auto& [span, text] : spans) EXPECT_EQ(span_text(seconds(span)), text);
  const std::pair<std::uint64_t, const char*> amounts[] = {
      {0, "0"},          {999, "999"},      {1000, "1.0K"},      {10188, "9.9K"},    {10189, "10K"},
      {1023487, "999K"}, {1023488, "1.0M"}, {1U << 30U, "1.0G"}, {UINT64_MAX, "16E"}};
  for (const auto& [bytes, text] : amounts) EXPECT_EQ(bytes_text(bytes), text);
}

TEST(Terminal, ColoursAreWantedUnlessSomebodyForbidsThem) {
  EXPECT_TRUE(wants_colours("", "xterm"));
  EXPECT_TRUE(wants_colours("", ""));
  EXPECT_FALSE(wants_colours("1", "xterm"));
  EXPECT_FALSE(wants_colours("", "dumb"));
}

}  // namespace
}  // namespace wgaudit::status_text_test
