#include "wgaudit/record/record_filter.hpp"

#include <gtest/gtest.h>

#include "support/rows.hpp"
#include "wgaudit/record/shown_record.hpp"

namespace wgaudit::record_filter_test {
namespace {

const PublicKey key = *parse_public_key("0JLQLxuxiH2uVdQ4Q51OBH2z2pxXvUII8tlKLiLunjk=");

/// A keepalive of peer 7 of wg0, whose key and name the event has.
Record event() {
  Record event;
  event.sequence = 5;
  event.created = story_start();
  event.timestamp = event.created;
  event.action = EventKind::keepalive_received;
  event.interface = *parse_interface_name("wg0");
  auto& body = event.body.emplace<EventBody>();
  PeerFacts& peer = body.peer.emplace();
  peer.id = PeerId{7};
  peer.public_key = key;
  peer.name = "alice";
  body.line.kind = EventKind::keepalive_received;
  body.line.interface = event.interface;
  body.line.endpoint = parse_endpoint("10.1.0.7:40001");
  body.line.peer = peer.id;
  return event;
}

EventBody& event_in(Record& record) {
  return std::get<EventBody>(record.body);
}

Record unproven_event() {
  Record record = event();
  event_in(record).peer->public_key.reset();
  event_in(record).peer->name.clear();
  return record;
}

Record concluded(Action action) {
  Record record = event();
  record.action = action;
  PeerBody body{*record.peer(), record.endpoint(), {}, {}};
  body.peer.id.reset();
  record.body = body;
  return record;
}

PeerBody& peer_in(Record& record) {
  return std::get<PeerBody>(record.body);
}

RecordFilter of_peer(const char* text) {
  RecordFilter filter;
  filter.peer.emplace(text);
  return filter;
}

TEST(RecordFilter, WantsAllWithoutAnyPart) {
  EXPECT_TRUE(RecordFilter{}.matches(event()));
  EXPECT_TRUE(RecordFilter{}.matches(Record{}));
}

TEST(RecordFilter, NamesAPeerByNameKeyOrKernelId) {
  const struct {
    const char* peer;
    bool event;
    bool online;
  } rows[] = {
      {"alice", true, true},
      {"alic", false, false},
      {"Alice", false, false},
      {"0JLQLxux", true, true},
      {"0JLQ", true, true},
      {"0JL", false, false},
      {"0jlq", false, false},
      {"7", true, false},
      {"07", true, false},
      {"70", false, false},
      {"JLQLxux", false, false},
      {"0JLQLxuxiH2uVdQ4Q51OBH2z2pxXvUII8tlKLiLunjk=", true, true},
      {"0JLQLxuxiH2uVdQ4Q51OBH2z2pxXvUII8tlKLiLunjk==", false, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(of_peer(row.peer).matches(event()), row.event) << row.peer;
    EXPECT_EQ(of_peer(row.peer).matches(concluded(Action::peer_online)), row.online) << row.peer;
  }
  Record nobody = event();
  event_in(nobody).peer.reset();
  EXPECT_FALSE(of_peer("alice").matches(nobody));
}

TEST(RecordFilter, DigitsAloneAreNoKey) {
  Record record = concluded(Action::peer_online);
  peer_in(record).peer.public_key = parse_public_key(
      "1234Lxuxi"
      "H2uVdQ4Q51OBH2z2pxXvUII8tlKLiLunjk=");
  ASSERT_TRUE(record.peer()->public_key);
  EXPECT_FALSE(of_peer("1234").matches(record));
  EXPECT_TRUE(of_peer("1234L").matches(record));
}

TEST(RecordFilter, AKernelIdFindsTheContradictionThatNamesIt) {
  Record record = concluded(Action::identity_contradicted);
  record.body = ContradictionFacts{{}, {PeerId{6}, PeerId{7}}};
  EXPECT_TRUE(of_peer("7").matches(record));
  EXPECT_FALSE(of_peer("8").matches(record));
}

TEST(RecordFilter, EventsFromBeforeTheProofAreThePeersOnceItIsLearnt) {
  Record identified = event();
  identified.action = Action::peer_identified;
  identified.body = IdentifiedBody{*identified.peer(), EventRange{3, 5}};
  RecordFilter filter = of_peer("alice");
  EXPECT_FALSE(filter.matches(unproven_event()));
  filter.learn(identified);
  EXPECT_TRUE(filter.matches(unproven_event()));

  Record later = unproven_event();
  later.sequence = 6;
  EXPECT_FALSE(filter.matches(later));
  Record earlier = unproven_event();
  earlier.sequence = 2;
  EXPECT_FALSE(filter.matches(earlier));
  Record of_other = unproven_event();
  event_in(of_other).peer->id = PeerId{8};
  EXPECT_FALSE(filter.matches(of_other));
  Record attempt = concluded(Action::attempt);  // numbered in another stream
  attempt.body = AttemptBody{{}, *unproven_event().peer(), {}};
  EXPECT_FALSE(filter.matches(attempt));

  RecordFilter other = of_peer("bob");
  other.learn(identified);
  EXPECT_FALSE(other.matches(unproven_event()));
}

TEST(RecordFilter, TakesAnyOfSeveralKinds) {
  RecordFilter filter;
  filter.kinds = {*parse_record_kind("peer_online"), *parse_record_kind("keepalive_received")};
  EXPECT_TRUE(filter.matches(event()));
  EXPECT_TRUE(filter.matches(concluded(Action::peer_online)));
  EXPECT_FALSE(filter.matches(concluded(Action::peer_offline)));
  EXPECT_FALSE(parse_record_kind("peer_onlin"));
}

TEST(RecordFilter, TakesAnInterfaceAlsoByItsNameBefore) {
  RecordFilter filter;
  filter.interface = *parse_interface_name("wg0");
  EXPECT_TRUE(filter.matches(event()));
  Record renamed = event();
  renamed.interface = *parse_interface_name("wg1");
  EXPECT_FALSE(filter.matches(renamed));
  event_in(renamed).line.previous_interface = "wg0";
  EXPECT_TRUE(filter.matches(renamed));
}

TEST(RecordFilter, TakesTheSourceBeforeRoamingAndThoseOfAnEndedSession) {
  RecordFilter filter;
  filter.source = parse_network("10.1.0.0/16");
  EXPECT_TRUE(filter.matches(event()));
  Record record = concluded(Action::peer_roamed);
  PeerBody& body = peer_in(record);
  body.endpoint = parse_endpoint("10.2.0.7:1");
  EXPECT_FALSE(filter.matches(record));
  body.previous_endpoint = parse_endpoint("10.1.0.7:1");
  EXPECT_TRUE(filter.matches(record));
  body.previous_endpoint = Endpoint{};
  body.session.emplace().endpoints = {{*parse_endpoint("10.1.0.8:1"), story_start()}};
  EXPECT_FALSE(filter.matches(record));
  record.action = Action::session_ended;
  record.body = SessionEndBody{body.peer, body.endpoint, {}, {*body.session, {}, {}}};
  EXPECT_TRUE(filter.matches(record));
}

TEST(RecordFilter, TakesFromSinceToBeforeUntil) {
  RecordFilter filter;
  filter.since = story_start();
  filter.until = story_start() + std::chrono::microseconds(1);
  EXPECT_TRUE(filter.matches(event()));
  filter.until = story_start();
  EXPECT_FALSE(filter.matches(event()));
  filter.until.reset();
  filter.since = story_start() + std::chrono::microseconds(1);
  EXPECT_FALSE(filter.matches(event()));
  EXPECT_FALSE(filter.covers(std::nullopt));
  EXPECT_TRUE(RecordFilter{}.covers(std::nullopt));
}

std::string shown(const Record& record) {
  std::string text;
  append_line(record, record.timestamp, text);
  return text;
}

TEST(ShownRecord, SaysWhoAndWhatInOneLine) {
  EXPECT_EQ(shown(event()),
            "2026-11-21T07:00:00.000000Z wg0 alice (peer 7): keepalive received (10.1.0.7:40001)");
  EXPECT_EQ(shown(unproven_event()),
            "2026-11-21T07:00:00.000000Z wg0 peer 7: keepalive received (10.1.0.7:40001)");
  Record record = event();
  event_in(record).peer->name.clear();
  event_in(record).repeated = 3;
  record.timestamp.reset();
  EXPECT_EQ(shown(record), "- wg0 0JLQLxux (peer 7): keepalive received (10.1.0.7:40001), 3 times");
  record = concluded(Action::peer_online);
  record.message = "ONLINE wg0 alice from 10.1.0.7:40001";
  EXPECT_EQ(shown(record), "2026-11-21T07:00:00.000000Z ONLINE wg0 alice from 10.1.0.7:40001");
}

TEST(ShownRecord, EscapesWhatATerminalWouldActOn) {
  Record record = concluded(Action::peer_online);
  record.message = "ONLINE \x1b[2J\\x0a\xE2\x80\xAE";
  EXPECT_EQ(shown(record), "2026-11-21T07:00:00.000000Z ONLINE \\x1b[2J\\x0a\\xe2\\x80\\xae");
  record = event();
  event_in(record).peer->name = "al\x1b[2Jice\n";
  event_in(record).line.previous_interface = "\r";
  EXPECT_EQ(shown(record),
            "2026-11-21T07:00:00.000000Z wg0 al\\x1b[2Jice\\x0a (peer 7): keepalive received "
            "(10.1.0.7:40001), before \\x0d");
}

}  // namespace
}  // namespace wgaudit::record_filter_test
