#include "wgaudit/record/record_json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audit/story.hpp"

namespace wgaudit::record_json_test {
namespace {

/// A record of a kind with every field that can stand in it.
Record full_event(EventKind kind) {
  Record record;
  record.sequence = max_sequence;
  record.timestamp = story_start();
  record.created = story_start() + std::chrono::microseconds(1);
  record.action = kind;
  record.interface = *parse_interface_name("we\\ird\xC3");
  auto& body = record.body.emplace<EventBody>();
  body.stamp = std::chrono::microseconds(12'345'678);
  body.repeated = 3;
  PeerFacts& peer = body.peer.emplace();
  peer.id = PeerId{18'446'744'073'709'551'615U};
  peer.identity = IdentityState::unresolved;
  KernelEvent& line = body.line;
  line.kind = kind;
  line.interface = record.interface;
  line.peer = peer.id;
  line.endpoint = parse_endpoint("[fe80::1]:40001/0%2");
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

PeerFacts full_peer() {
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
  return peer;
}

PeerFacts identified_peer() {
  PeerFacts peer;
  peer.id = PeerId{5'000'000'000};
  peer.public_key = key_of("alice");
  peer.identity = IdentityState::proven;
  peer.evidence = {Evidence::order, Evidence::count};
  return peer;
}

Loss full_loss() {
  return {3,
          story_start(),
          story_start() + std::chrono::seconds(1),
          "tab\there",
          std::chrono::milliseconds(3761),
          MissingNumbers{Stream::events, 1, 500}};
}

MonitorFacts full_monitor() {
  MonitorFacts monitor{"0.1.0",
                       std::chrono::seconds(30),
                       std::chrono::seconds(180),
                       std::chrono::seconds(3600),
                       "wg0",
                       15};
  monitor.grace = std::chrono::seconds(5);
  monitor.module_load = 12'345;
  monitor.dynamic_debug = DynamicDebug::partial;
  monitor.dumps = DumpCosts{4, std::chrono::microseconds(5)};
  monitor.datagrams = DatagramCounts{18'446'744'073'709'551'615U, 1, 2, 3};
  return monitor;
}

/// The body of such a record with every field that can stand in it.
RecordBody full_body(Action action) {
  const auto endpoint = parse_endpoint("203.0.113.7:51820");
  const UtcTime end = story_start() + std::chrono::seconds(180);
  switch (action) {
    case Action::monitor_started:
    case Action::monitor_stopped:
      return full_monitor();
    case Action::snapshot:
    case Action::peer_added:
    case Action::peer_online:
    case Action::peer_offline:
    case Action::peer_roamed:
    case Action::peer_removed:
      return PeerBody{full_peer(), endpoint, Endpoint{}, full_session()};
    case Action::session_ended:
      return SessionEndBody{
          full_peer(), endpoint, Endpoint{}, {full_session(), end, std::chrono::seconds(180)}};
    case Action::attempt:
      return AttemptBody{{3, story_start(), end, 20, -101, true}, full_peer(), endpoint};
    case Action::peer_identified:
      return IdentifiedBody{identified_peer(), EventRange{3, 7}};
    case Action::identity_contradicted:
      return ContradictionFacts{ContradictionCause::other_key, {PeerId{1}, PeerId{2}}};
    case Action::config_changed:
      return ConfigBody{{"allowed_ips", "10.0.0.2/32", {}}, full_peer()};
    case Action::evidence_lost:
      return full_loss();
    case Action::clock_stepped:
      return ClockStep{story_start(), end};
    case Action::forged_input:
      return ForgeryBody{{3, story_start(), end, 1000, "<7>\x1b"}, endpoint};
    case Action::checkpoint:
      return CompletenessFacts{
          std::chrono::floor<std::chrono::days>(story_start()), story_start(), {7, 5}};
  }
  __builtin_unreachable();
}

Record full_record(Action action) {
  Record record;
  record.sequence = 42;
  record.timestamp = story_start();
  record.created = story_start() + std::chrono::milliseconds(21);
  record.action = action;
  record.reason = "handshake";
  record.interface = *parse_interface_name("wg0");
  record.session_id = "wg0-YWxpY2UA-1795244400";
  record.witness = Witness::both;
  record.body = full_body(action);
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
    records.push_back(full_record(static_cast<Action>(i)));
  }
  for (const Record& record : records) {
    const std::string json = noted_json(record);
    const auto read = parse_record(json);
    ASSERT_TRUE(read) << read.error() << json;
    EXPECT_EQ(noted_json(*read), json);
  }
}

TEST(RecordJson, TheAccountsOfASessionComeBackWhole) {
  const auto read = parse_record(noted_json(full_record(Action::session_ended)));
  ASSERT_TRUE(read);
  const auto& [session, end, duration] = read->as<SessionEndBody>()->ended;
  EXPECT_EQ(session, full_session());
  EXPECT_EQ(end, story_start() + std::chrono::seconds(180));
  EXPECT_EQ(duration, std::chrono::seconds(180));
  EXPECT_EQ(read->witness, Witness::both);
}

TEST(RecordJson, TheSettingsOfAnInterfaceComeBack) {
  for (const InterfaceSettings& settings :
       {InterfaceSettings{key_of("gateway"), 51820, 0xca6c}, InterfaceSettings{}}) {
    Record record;
    record.action = Action::snapshot;
    record.interface = *parse_interface_name("wg0");
    record.body = settings;
    record.message = "wg0";
    const auto read = parse_record(noted_json(record));
    ASSERT_TRUE(read) << read.error();
    ASSERT_NE(read->as<InterfaceSettings>(), nullptr) << "and not a peer's";
    EXPECT_EQ(*read->as<InterfaceSettings>(), settings);
  }
}

TEST(RecordJson, TextComesBackByteForByte) {
  const Record record = full_event(EventKind::unknown_message);
  const auto read = parse_record(noted_json(record));
  ASSERT_TRUE(read);
  const KernelEvent& line = record.as<EventBody>()->line;
  EXPECT_EQ(read->interface, record.interface);
  EXPECT_EQ(read->as<EventBody>()->line.text, line.text);
  EXPECT_EQ(read->as<EventBody>()->line.previous_interface, line.previous_interface);
  EXPECT_EQ(read->peer()->id, record.peer()->id);
}

TEST(RecordJson, AZoneOfAnyBytesComesBack) {
  Record record = full_record(Action::peer_online);
  record.as<PeerBody>()->endpoint = parse_endpoint("[fe80::1%b\xFCro-uplink-123]:5");
  ASSERT_TRUE(record.endpoint());
  const auto read = parse_record(noted_json(record));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->endpoint()->zone_view(), "b\xFCro-uplink-123");
}

TEST(RecordJson, IsOneLineOfValidUtf8WhateverTheTextHolds) {
  Record record = full_event(EventKind::unknown_message);
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  record.as<EventBody>()->line.text = all;
  record.message = all;
  const std::string json = noted_json(record);
  EXPECT_EQ(json.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(json));
  EXPECT_EQ(parse_record(json)->as<EventBody>()->line.text, all);
}

TEST(RecordJson, WhatIsNoRecordIsRefusedWithAReason) {
  const auto replaced = [](std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string good = noted_json(full_record(Action::peer_online));
  const auto with = [&](std::string_view from, std::string_view to) {
    return replaced(good, from, to);
  };
  const auto loss_with = [&](std::string_view from, std::string_view to) {
    return replaced(noted_json(full_record(Action::evidence_lost)), from, to);
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
      {loss_with("\"first\":1,\"last\":500", "\"first\":-1,\"last\":500"),
       "a number is out of its range"},
      {with("\"sequence\":42", "\"sequence\":9223372036854775808"), "a number is out of its range"},
      {loss_with("\"last\":500", "\"last\":9223372036854775808"), "a number is out of its range"},
      {loss_with("\"last\":500", "\"last\":5e2"), "a number is malformed"},
      {loss_with("\"delay_milliseconds\":3761", "\"delay_milliseconds\":18446744073709551615"),
       "a number is out of its range"},
      {replaced(noted_json(full_event(EventKind::peer_created)), "\"printk_microseconds\":12345678",
                "\"printk_microseconds\":9000000000000000000"),
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
  const auto without = [](std::string_view part, Action action) {
    auto json = nlohmann::json::parse(noted_json(full_record(action)));
    json["wireguard"].erase(std::string(part));
    return json;
  };
  for (const Action action : of_a_peer) {
    SCOPED_TRACE(to_text(action));
    EXPECT_EQ(record_from(without("peer", action)).error(), "a peer's record names no peer");
    auto json = without("", action);
    json["wireguard"]["peer"].erase("public_key");
    EXPECT_EQ(record_from(json).error(), "a peer's record has no public key");
  }
  for (const Action action : {Action::monitor_started, Action::monitor_stopped}) {
    EXPECT_EQ(record_from(without("monitor", action)).error(),
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
  std::string json = noted_json(full_record(Action::peer_online));
  json.insert(json.size() - 1, R"(,"later":{"field":1})");
  EXPECT_TRUE(parse_record(json));
}

TEST(RecordJson, SaysWhoseAnIdIsAndWhichEventsThatSettles) {
  const std::string json = noted_json(full_record(Action::peer_identified));
  EXPECT_THAT(json, testing::HasSubstr(R"("evidence":["order","count"])"));
  EXPECT_THAT(json, testing::HasSubstr(R"("events":{"first":3,"last":7})"));
  const auto read = parse_record(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read->peer(), identified_peer());
  EXPECT_EQ(read->as<IdentifiedBody>()->events, (EventRange{3, 7}));
  EXPECT_EQ(read->boot_id, "6b9f1c5e-0000-4000-8000-1");
}

TEST(RecordJson, BodiesComeBack) {
  const auto back = [](Action action) { return *parse_record(noted_json(full_record(action))); };
  EXPECT_EQ(*back(Action::evidence_lost).as<Loss>(), full_loss());
  EXPECT_EQ(*back(Action::monitor_stopped).as<MonitorFacts>(), full_monitor());
  EXPECT_EQ(back(Action::attempt).as<AttemptBody>()->facts,
            std::get<AttemptBody>(full_body(Action::attempt)).facts);
  EXPECT_EQ(back(Action::config_changed).as<ConfigBody>()->change,
            std::get<ConfigBody>(full_body(Action::config_changed)).change);
  EXPECT_EQ(*back(Action::checkpoint).as<CompletenessFacts>(),
            std::get<CompletenessFacts>(full_body(Action::checkpoint)));
  EXPECT_EQ(*back(Action::identity_contradicted).as<ContradictionFacts>(),
            std::get<ContradictionFacts>(full_body(Action::identity_contradicted)));
}

TEST(RecordJson, SpellsALossACheckpointAndAContradictionAsDocumented) {
  EXPECT_THAT(
      noted_json(full_record(Action::evidence_lost)),
      testing::HasSubstr(R"("delay_milliseconds":3761,"numbers":{"stream":"events","first":1,)"
                         R"("last":500}})"));
  EXPECT_THAT(noted_json(full_record(Action::checkpoint)),
              testing::HasSubstr(R"("completeness":{"day":"2026-11-21",)"
                                 R"("since":"2026-11-21T07:00:00.000000Z",)"
                                 R"("handshakes_proven":7,"handshakes_printed":5})"));
  EXPECT_THAT(noted_json(full_record(Action::identity_contradicted)),
              testing::HasSubstr(R"("contradiction":{"cause":"other_key","ids":[1,2]})"));
}

}  // namespace
}  // namespace wgaudit::record_json_test
