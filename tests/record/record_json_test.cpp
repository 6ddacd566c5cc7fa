#include "wgaudit/record/record_json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audit/story.hpp"
#include "record/full_records.hpp"

namespace wgaudit::record_json_test {
namespace {

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
