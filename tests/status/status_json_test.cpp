#include "shell/status/status_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "shell/status/status_text.hpp"
#include "status/status_sample.hpp"

namespace wgaudit::status_json_test {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

Status busy_status() {
  Status status = sample_status({{"alice",
                                  "203.0.113.7:51820",
                                  Presence::online,
                                  std::chrono::seconds(12),
                                  PeerId{7},
                                  {Evidence::order}},
                                 {"bob", "(none)", Presence::offline}});
  status.counters.rejected["empty"] = 3;
  status.datagrams.rejected = 3;
  status.counters.events[static_cast<std::size_t>(EventKind::keypair_created)] = 5;
  status.counters.actions[static_cast<std::size_t>(Action::peer_online)] = 2;
  status.counters.sessions_ended[ChangeReason::timeout] = 1;
  status.counters.losses["socket_overflow"] = {2, 14};
  status.counters.changes = 3;
  status.dump_trouble = "exit status 1";
  status.writer = {400, 6, 512, true, true};
  return status;
}

TEST(StatusJson, CountsWhatTheDaemonHasSeen) {
  Json json = Json::parse(answer_of(busy_status()));
  json.erase("interfaces");
  json.erase("peers");
  EXPECT_EQ(
      json.dump(),
      R"({"v":1,"now":"2026-11-21T09:04:00.000000Z","started":"2026-11-21T07:00:00.000000Z",)"
      R"("version":"0.1.0","observer":{"hostname":"gw1","boot_id":"b"},)"
      R"("settings":{"interval_seconds":0,"threshold_seconds":0,"stats_interval_seconds":0,)"
      R"("grace_seconds":0},)"
      R"("datagrams":{"received":1204,"recorded":1100,"ignored":104,"rejected":3,)"
      R"("rejected_by_reason":{"empty":3}},)"
      R"("dumps":{"succeeded":248,"failed":2,"cpu_microseconds":0,)"
      R"("last":"2026-11-21T09:03:57.000000Z","trouble":"exit status 1"},"changes":3,)"
      R"("handshakes_today":{"proven":40,"printed":39},"lines":{"keypair_created":5},)"
      R"("records":{"peer_online":2},"sessions_ended":{"timeout":1},)"
      R"("losses":{"socket_overflow":{"records":2,"lost":14}},)"
      R"("sequence":{"journal":400,"events":1100},)"
      R"("readers":[{"name":"text_log","next":401,"behind":0},)"
      R"({"name":"hooks","next":401,"behind":0}],)"
      R"("writer":{"journal_synced":400,"waiting_records":6,"waiting_bytes":512,"refuses":true,)"
      R"("holds_events":true}})");
}

// What wg-json of wireguard-tools shows, but for the keys that are secret.
TEST(StatusJson, HasWhatWgShowsOfInterfacesAndPeersInTheWordsOfTheJournal) {
  const Json json = Json::parse(answer_of(busy_status()));
  const Json& interface = json["interfaces"][0]["wireguard"];
  EXPECT_EQ(interface["interface"], "wg0");
  EXPECT_EQ(interface["interface_key"], to_text(key_of("gateway")));
  EXPECT_EQ(interface["listen_port"], 51820);
  EXPECT_EQ(interface["fwmark"], 7);
  const Json& alice = json["peers"][0];
  EXPECT_EQ(alice["source"].dump(), R"({"ip":"203.0.113.7","port":51820})");
  const Json& peer = alice["wireguard"]["peer"];
  EXPECT_EQ(peer["public_key"], to_text(key_of("alice")));
  EXPECT_EQ(peer["evidence"].dump(), R"(["order"])");
  EXPECT_EQ(peer["latest_handshake"], "2026-11-21T09:03:48.000000Z");
  EXPECT_EQ(peer["rx_bytes"], 5000);
  EXPECT_EQ(peer["tx_bytes"], 6000);
  EXPECT_EQ(peer["persistent_keepalive_seconds"], 25);
  EXPECT_EQ(peer["allowed_ips"].dump(), R"(["10.0.0.2/32","fd00::2/128"])");
  EXPECT_EQ(alice["wireguard"]["session_summary"]["rx_bytes"], 1'260'000);
}

TEST(StatusJson, IsReadBackAsItReads) {
  const Status status = busy_status();
  const auto told = parse_status(answer_of(status));
  ASSERT_TRUE(told) << told.error();
  EXPECT_EQ(status_text(*told, {}), status_text({status, gw1}, {}));
}

TEST(StatusJson, ComesInPiecesThatAreOneObjectOnOneLine) {
  std::vector<ShownPeer> peers(1000, ShownPeer{"alice"});
  StatusJson json(sample_status(peers), gw1);
  std::size_t pieces = 0;
  std::string answer;
  for (; const std::string* const piece = json.piece(pieces); ++pieces) {
    EXPECT_LT(piece->size(), 80'000U);
    answer += *piece;
  }
  EXPECT_GT(pieces, 5U);
  EXPECT_EQ(json.piece(0)->substr(0, 6), R"({"v":1)") << "what was made is kept";
  EXPECT_EQ(answer.find('\n'), answer.size() - 1);
  EXPECT_EQ(Json::parse(answer)["peers"].size(), 1000U);
}

struct Lie {
  const char* pointer;
  Json value;
  const char* error;
};

const Lie lies[] = {
    {"/v", 2, "the version is not 1"},
    {"/now", "yesterday", "now is no time"},
    {"/now", 5, "a field is missing or of the wrong type (303)"},
    {"/datagrams/received", -1, "received is no count"},
    {"/losses", "many", "a field is missing or of the wrong type (304)"},
    {"/readers/0/behind", 1.5, "behind is no count"},
    {"/peers/0", Json::object(), "a field is missing or of the wrong type (403)"},
    {"/peers/0/wireguard/peer/public_key", "x", "a public key is malformed"},
    {"/peers/0/wireguard/peer", Json::object(), "a peer's record does not say who or what it is"},
    {"/peers", nullptr, ""},
};

TEST(StatusJson, WhatIsNoneIsRefused) {
  EXPECT_EQ(parse_status("").error(), "not JSON");
  EXPECT_EQ(parse_status("[]").error(), "a field is missing or of the wrong type (304)");
  for (const Lie& lie : lies) {
    SCOPED_TRACE(lie.pointer);
    Json json = Json::parse(answer_of(busy_status()));
    json[Json::json_pointer(lie.pointer)] = lie.value;
    const auto told = parse_status(json.dump());
    if (told) {
      EXPECT_STREQ(lie.error, "");
    } else {
      EXPECT_EQ(told.error(), lie.error);
    }
  }
}

TEST(StatusJson, NestingHasNoEndThatCouldEndTheReader) {
  constexpr std::size_t depth = 1'000'000;
  std::string answer = answer_of(busy_status());
  const std::string peers = R"("peers":[)";
  const auto begin = answer.find(peers) + peers.size();
  answer.insert(begin, std::string(depth, '[') + std::string(depth, ']') + ',');
  EXPECT_EQ(parse_status(answer).error(), "a field is missing or of the wrong type (304)");
}

// Whoever owns the socket may have told this.
TEST(StatusJson, WhatIsToldIsHarmlessOnATerminal) {
  Json json = Json::parse(answer_of(busy_status()));
  const std::string bad = "\x1b[2J\xe2\x80\xae\n";
  json["version"] = json["observer"]["hostname"] = json["dumps"]["trouble"] = bad;
  json["readers"][0]["name"] = bad;
  json["losses"][bad] = {{"records", 1}, {"lost", 1}};
  json["peers"][0]["wireguard"]["peer"]["name"] = bad;
  json["peers"][0]["wireguard"]["interface"] = "\x1b[2J";
  const auto told = parse_status(json.dump());
  ASSERT_TRUE(told) << told.error();
  const std::string text = status_text(*told, {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << text;
  EXPECT_THAT(text, HasSubstr("wgaudit \\x1b[2J\\xe2\\x80\\xae\\x0a on"));
}

}  // namespace
}  // namespace wgaudit::status_json_test
