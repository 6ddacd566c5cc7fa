#include "wgaudit/record/record_json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audit/story.hpp"

namespace wgaudit {
namespace {

/// A record of a kind with every field that can stand in it.
Record full_event(EventKind kind) {
  Record record;
  record.sequence = max_sequence;
  record.timestamp = story_start();
  record.created = story_start() + std::chrono::microseconds(1);
  record.action = kind;
  record.interface = *parse_interface_name("we\\ird\xC3");
  record.endpoint = parse_endpoint("[fe80::1]:40001/0%2");
  record.stamp = std::chrono::microseconds(12'345'678);
  record.repeated = 3;
  record.peer = PeerFacts{};
  record.peer->id = PeerId{18'446'744'073'709'551'615U};
  record.peer->identity = IdentityState::unresolved;
  KernelEvent line;
  line.kind = kind;
  line.interface = record.interface;
  line.peer = record.peer->id;
  line.endpoint = record.endpoint;
  line.keypair = KeypairId{9};
  line.address = parse_ip_address("fd99::250");
  line.nonce = 7;
  line.nonce_max = 8;
  line.count = 34;
  line.attempt = 20;
  line.seconds = 540;
  line.error = -101;
  line.previous_interface = "wg\t0";
  line.text = "text \x1b[31m\xFF \"quoted\" \\ back";
  record.line = line;
  record.message = "said";
  return record;
}

Session full_session() {
  Session session;
  session.began_on = *parse_interface_name("wg\x01\xff");
  session.began = story_start();
  session.complete = false;
  session.continued = true;
  session.rx_bytes = 18'446'744'073'709'551'615U;
  session.tx_bytes = 2;
  session.handshakes = 3;
  session.initiator = Initiator::gateway;
  session.last_activity = {story_start() + std::chrono::seconds(1),
                           story_start() + std::chrono::seconds(31)};
  session.keepalive = story_start() + std::chrono::seconds(2);
  session.endpoints = {{*parse_endpoint("203.0.113.7:51820"), story_start()},
                       {*parse_endpoint("[fe80::1%eth0]:40001"), story_start()}};
  session.endpoints_dropped = 4;
  return session;
}

Record full_transition(Action action) {
  Record record;
  record.sequence = 42;
  record.timestamp = story_start();
  record.created = story_start() + std::chrono::milliseconds(21);
  record.action = action;
  record.reason = "handshake";
  record.interface = *parse_interface_name("wg0");
  record.session = "wg0-YWxpY2UA-1795244400";
  record.endpoint = parse_endpoint("203.0.113.7:51820");
  record.previous_endpoint = Endpoint{};
  PeerFacts peer;
  peer.public_key = key_of("alice");
  peer.name = "Älice \"A\"";
  peer.presence = Presence::online;
  peer.since = story_start();
  peer.allowed_ips = "10.0.0.2/32,fd00::/64";
  peer.latest_handshake = std::chrono::floor<std::chrono::seconds>(story_start());
  peer.rx_bytes = 1;
  peer.tx_bytes = 18'446'744'073'709'551'615U;
  peer.persistent_keepalive = std::chrono::seconds(25);
  record.peer = peer;
  record.loss = Loss{3,
                     story_start(),
                     story_start() + std::chrono::seconds(1),
                     "tab\there",
                     std::chrono::milliseconds(3761),
                     MissingNumbers{Stream::events, 1, 500}};
  record.completeness = CompletenessFacts{
      std::chrono::floor<std::chrono::days>(story_start()), story_start(), {7, 5}};
  record.monitor = MonitorFacts{"0.1.0",
                                std::chrono::seconds(30),
                                std::chrono::seconds(180),
                                std::chrono::seconds(3600),
                                "wg0",
                                15};
  record.monitor->grace = std::chrono::seconds(5);
  record.monitor->module_load = 12'345;
  record.monitor->dynamic_debug = DynamicDebug::partial;
  record.monitor->dumps = DumpCosts{4, std::chrono::microseconds(5)};
  record.monitor->datagrams = DatagramCounts{18'446'744'073'709'551'615U, 1, 2, 3};
  record.witness = Witness::both;
  record.accounts = full_session();
  record.ended = story_start() + std::chrono::seconds(180);
  record.duration = std::chrono::seconds(180);
  record.attempts =
      AttemptFacts{3, story_start(), story_start() + std::chrono::seconds(9), 20, -101, true};
  record.change = FieldChange{"allowed_ips", "10.0.0.2/32", {}};
  record.message = "ONLINE wg0 alice";
  return record;
}

TEST(RecordJson, WritesThePeerOnlineOfTheDocumentation) {
  Story story;
  story.dump(10.25, {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}})});
  EXPECT_EQ(
      noted_json(story.last.back()),
      R"({"v":1,"@timestamp":"2026-11-21T07:00:10.000000Z",)"
      R"("event":{"sequence":3,"created":"2026-11-21T07:00:10.250000Z","kind":"event",)"
      R"("category":["session","network"],"type":["start"],"action":"peer_online",)"
      R"("reason":"first_seen","start":"2026-11-21T07:00:10.000000Z"},)"
      R"("observer":{"hostname":"gw1","boot_id":"6b9f1c5e-0000-4000-8000-1"},)"
      R"("source":{"ip":"203.0.113.7","port":51820},)"
      R"("wireguard":{"interface":"wg0","session":"wg0-YWxpY2UAAAAAAAAA-1795244410","witness":"dump",)"
      R"("peer":{"public_key":"YWxpY2UAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",)"
      R"("presence":"online","since":"2026-11-21T07:00:10.000000Z",)"
      R"("allowed_ips":["10.0.0.2/32"],"latest_handshake":"2026-11-21T07:00:10.000000Z",)"
      R"("rx_bytes":0,"tx_bytes":0,"persistent_keepalive_seconds":0},)"
      R"("session_summary":{"complete":false,"rx_bytes":0,"tx_bytes":0,"handshakes":1,)"
      R"("last_activity":{"not_before":"2026-11-21T07:00:10.000000Z",)"
      R"("not_after":"2026-11-21T07:00:10.250000Z"},)"
      R"("endpoints":[{"ip":"203.0.113.7","port":51820,)"
      R"("since":"2026-11-21T07:00:10.000000Z"}]}},)"
      R"("message":"ONLINE wg0 YWxpY2UA from 203.0.113.7:51820"})");
}

TEST(RecordJson, WhatIsReadBackIsWhatWasWritten) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < event_kind_count; ++i) {
    records.push_back(full_event(static_cast<EventKind>(i)));
  }
  for (int i = 0; i <= static_cast<int>(Action::checkpoint); ++i) {
    records.push_back(full_transition(static_cast<Action>(i)));
  }
  for (const Record& record : records) {
    const std::string json = noted_json(record);
    const auto read = parse_record(json);
    ASSERT_TRUE(read) << read.error() << json;
    EXPECT_EQ(noted_json(*read), json);
  }
}

TEST(RecordJson, TheAccountsOfASessionComeBackWhole) {
  const auto read = parse_record(noted_json(full_transition(Action::session_ended)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->accounts, full_session());
  EXPECT_EQ(read->ended, story_start() + std::chrono::seconds(180));
  EXPECT_EQ(read->duration, std::chrono::seconds(180));
  EXPECT_EQ(read->witness, Witness::both);
  EXPECT_EQ(read->attempts, full_transition(Action::attempt).attempts);
  EXPECT_EQ(read->change, full_transition(Action::config_changed).change);
}

TEST(RecordJson, TheSettingsOfAnInterfaceComeBack) {
  for (const InterfaceSettings& settings :
       {InterfaceSettings{key_of("gateway"), 51820, 0xca6c}, InterfaceSettings{}}) {
    Record record;
    record.action = Action::snapshot;
    record.interface = *parse_interface_name("wg0");
    record.settings = settings;
    record.message = "wg0";
    const auto read = parse_record(noted_json(record));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->settings, settings);
    EXPECT_EQ(read->peer, std::nullopt) << "so that a reader tells it from a peer's";
  }
}

TEST(RecordJson, TextComesBackByteForByte) {
  const Record record = full_event(EventKind::unknown_message);
  const auto read = parse_record(noted_json(record));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->line->text, record.line->text);
  EXPECT_EQ(read->interface, record.interface);
  EXPECT_EQ(read->line->previous_interface, record.line->previous_interface);
  EXPECT_EQ(read->peer->id, record.peer->id);
}

TEST(RecordJson, AZoneOfAnyBytesComesBack) {
  Record record = full_transition(Action::peer_online);
  record.endpoint = parse_endpoint("[fe80::1%b\xFCro-uplink-123]:5");
  ASSERT_TRUE(record.endpoint);
  const auto read = parse_record(noted_json(record));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->endpoint->zone_view(), "b\xFCro-uplink-123");
}

TEST(RecordJson, IsOneLineOfValidUtf8WhateverTheTextHolds) {
  Record record = full_event(EventKind::unknown_message);
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  record.line->text = all;
  record.message = all;
  const std::string json = noted_json(record);
  EXPECT_EQ(json.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(json));
  EXPECT_EQ(parse_record(json)->line->text, all);
}

TEST(RecordJson, WhatIsNoRecordIsRefusedWithAReason) {
  const std::string good = noted_json(full_transition(Action::peer_online));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const struct {
    std::string text;
    std::string_view error;
  } rows[] = {
      {"", "not JSON"},
      {good.substr(0, good.size() - 1), "not JSON"},
      {"[]", "a field is missing or of the wrong type (304)"},
      {with("\"v\":1", "\"v\":2"), "the version is not 1"},
      {with("peer_online", "peer_elsewhere"), "event.action is unknown"},
      {with("2026-11-21T07:00:00.021000Z", "yesterday"), "a time is malformed"},
      {with("203.0.113.7", "203.0.113"), "an address is malformed"},
      {with("YWxpY2UAAAAA", "YWxpY2U!AAAA"), "a public key is malformed"},
      {with("\"sequence\":42", "\"sequence\":\"x\""), "a number is malformed"},
      {with("\"sequence\":42", "\"sequence\":-1"), "a number is out of its range"},
      {with("\"sequence\":42", "\"sequence\":42.5"), "a number is malformed"},
      {with("\"sequence\":42", "\"sequence\":1e30"), "a number is malformed"},
      {with("\"sequence\":42", "\"sequence\":true"), "a number is malformed"},
      {with("\"port\":51820", "\"port\":65536"), "a number is out of its range"},
      {with("\"first\":1,\"last\":500", "\"first\":-1,\"last\":500"),
       "a number is out of its range"},
      {with("\"sequence\":42", "\"sequence\":9223372036854775808"), "a number is out of its range"},
      {with("\"last\":500", "\"last\":9223372036854775808"), "a number is out of its range"},
      {with("\"last\":500", "\"last\":5e2"), "a number is malformed"},
      {with("\"delay_milliseconds\":3761", "\"delay_milliseconds\":18446744073709551615"),
       "a number is out of its range"},
      {with("\"wireguard\":{", "\"wireguard\":{\"printk_microseconds\":9000000000000000000,"),
       "a number is out of its range"},
      {with("\"v\":1", "\"v\":\"1\""), "a number is malformed"},
      {with("\"reason\":\"handshake\"", "\"reason\":7"),
       "a field is missing or of the wrong type (302)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto record = parse_record(row.text);
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error(), row.error);
  }
}

TEST(RecordJson, ARecordWithoutAPartThatItsActionNeedsIsRefused) {
  constexpr Action of_a_peer[] = {
      Action::peer_added,   Action::peer_online,   Action::peer_offline,   Action::peer_roamed,
      Action::peer_removed, Action::session_ended, Action::peer_identified};
  for (const Action action : of_a_peer) {
    SCOPED_TRACE(to_text(action));
    Record record = full_transition(action);
    record.peer->public_key.reset();
    EXPECT_EQ(parse_record(to_json(record, {})).error(), "a peer's record has no public key");
    record.peer.reset();
    EXPECT_EQ(parse_record(to_json(record, {})).error(), "a peer's record names no peer");
  }
  for (const Action action : {Action::monitor_started, Action::monitor_stopped}) {
    SCOPED_TRACE(to_text(action));
    Record record = full_transition(action);
    record.monitor.reset();
    EXPECT_EQ(parse_record(to_json(record, {})).error(),
              "a monitor's record does not say how it was set");
  }
}

TEST(RecordJson, OtherPartsMayBeMissing) {
  for (const Action action :
       {Action::snapshot, Action::attempt, Action::identity_contradicted, Action::config_changed,
        Action::evidence_lost, Action::clock_stepped, Action::forged_input, Action::checkpoint}) {
    Record record;
    record.timestamp = record.created = story_start();
    record.action = action;
    EXPECT_TRUE(parse_record(to_json(record, {}))) << to_text(action);
  }
}

// Not by a look at all the others for each: that would take longer than the test may.
TEST(RecordJson, ALineOfManyMembersIsReadAsFastAsOneOfFew) {
  std::string line = "{";
  for (int i = 0; i < 300'000; ++i) line += fmt::format("\"{}\":0,", i);
  line += "\"v\":2}";
  EXPECT_EQ(parse_record(line).error(), "the version is not 1");
}

TEST(RecordJson, FieldsOfALaterVersionArePassedOver) {
  std::string json = noted_json(full_transition(Action::peer_online));
  json.insert(json.size() - 1, R"(,"later":{"field":1})");
  EXPECT_TRUE(parse_record(json));
}

TEST(RecordJson, SaysWhoseAnIdIsAndWhichEventsThatSettles) {
  Record record;
  record.sequence = 9;
  record.timestamp = record.created = story_start();
  record.action = Action::peer_identified;
  record.interface = *parse_interface_name("wg0");
  record.peer = PeerFacts{};
  record.peer->id = PeerId{5'000'000'000};
  record.peer->public_key = key_of("alice");
  record.peer->identity = IdentityState::proven;
  record.peer->evidence = {Evidence::order, Evidence::count};
  record.events = EventRange{3, 7};
  record.message = "wg0 peer 5000000000 is alice (order, count)";
  const std::string json = noted_json(record);
  EXPECT_THAT(json, testing::HasSubstr(R"("evidence":["order","count"])"));
  EXPECT_THAT(json, testing::HasSubstr(R"("events":{"first":3,"last":7})"));
  const auto read = parse_record(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->peer, record.peer);
  EXPECT_EQ(read->events, record.events);
  EXPECT_EQ(read->boot_id, "6b9f1c5e-0000-4000-8000-1");
}

TEST(RecordJson, LossesAndTheCountsOfACheckpointComeBack) {
  const Record record = full_transition(Action::checkpoint);
  const std::string json = noted_json(record);
  EXPECT_THAT(json, testing::HasSubstr(
                        R"("delay_milliseconds":3761,"numbers":{"stream":"events","first":1,)"
                        R"("last":500}},"completeness":{"day":"2026-11-21",)"
                        R"("since":"2026-11-21T07:00:00.000000Z",)"
                        R"("handshakes_proven":7,"handshakes_printed":5})"));
  EXPECT_EQ(parse_record(json)->loss, record.loss);
  EXPECT_EQ(parse_record(json)->completeness, record.completeness);
}

TEST(RecordJson, SaysWhichProofsFellAndWhy) {
  Record record;
  record.timestamp = record.created = story_start();
  record.action = Action::identity_contradicted;
  record.interface = *parse_interface_name("wg0");
  record.reason = "other_key";
  record.contradiction = ContradictionFacts{ContradictionCause::other_key, {PeerId{1}, PeerId{2}}};
  record.message = "wg0 identity contradicted (other_key): 2 proofs dropped";
  const std::string json = noted_json(record);
  EXPECT_THAT(json, testing::HasSubstr(R"("contradiction":{"cause":"other_key","ids":[1,2]})"));
  EXPECT_EQ(parse_record(json)->contradiction, record.contradiction);
}

}  // namespace
}  // namespace wgaudit
