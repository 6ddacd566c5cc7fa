#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/story.hpp"
#include "wgaudit/audit/attempts.hpp"

namespace wgaudit::attempt_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Dump wg0(const std::vector<Row>& rows) {
  return {dump_interface("wg0", rows)};
}

/// Only what goes to the journal.
std::vector<std::string> journal(std::vector<std::string> texts) {
  std::erase_if(texts, [](const std::string& text) {
    return text.find("ATTEMPT") == std::string::npos && text.find("lost") == std::string::npos;
  });
  return texts;
}

TEST(Attempt, EveryLineThatTellsAFailureIsOne) {
  const struct {
    std::string_view line;
    std::string_view message;
  } rows[] = {
      {"Invalid handshake initiation from 198.51.100.1:5", "198.51.100.1:5: initiation invalid"},
      {"Invalid MAC of handshake, dropping packet from 198.51.100.1:5",
       "198.51.100.1:5: mac invalid"},
      {"Sending cookie response for denied handshake message for 198.51.100.1:5",
       "198.51.100.1:5: cookie sent"},
      {"Receiving cookie response from 198.51.100.1:5", "198.51.100.1:5: cookie received"},
      {"Could not decrypt invalid cookie response", "wg0: cookie invalid"},
      {"Dropping handshake packet from 198.51.100.1:5", "198.51.100.1:5: handshake dropped"},
      {"No route to 198.51.100.1:5, error -101", "198.51.100.1:5: no route, error -101"},
      {"No valid endpoint has been configured or discovered for peer 3",
       "wg0 peer 3: endpoint missing"},
      {"Handshake for peer 3 (198.51.100.1:5) did not complete after 20 attempts, giving up",
       "peer 3 198.51.100.1:5: handshake abandoned after 20 tries"},
      {"Retrying handshake with peer 3 (198.51.100.1:5) because we stopped hearing back after 15 "
       "seconds",
       "peer 3 198.51.100.1:5: peer silent"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.line);
    Story story;
    EXPECT_THAT(journal(story.kernel(1, row.line)), ElementsAre(HasSubstr(row.message)));
    const Record& record = story.last.back();
    EXPECT_EQ(record.witness, Witness::kernel);
    EXPECT_EQ(record.as<AttemptBody>()->facts.count, 1U);
  }
}

// A syslog daemon that was restarted delivers seconds later what the dumps have shown by then.
TEST(Attempt, AHandshakeWhoseLinesComeLateIsNone) {
  Story story;
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.kernel(1, "Peer 1 created");
  for (const std::string_view line :
       {"Receiving handshake initiation from peer 1 (203.0.113.7:51820)",
        "Sending handshake response to peer 1 (203.0.113.7:51820)",
        "Keypair 1 created for peer 1"}) {
    const std::string_view sender = "<7>Nov 21 07:00:00 gw1 kernel: [  110.000000] wireguard: wg0:";
    story.datagram(104, fmt::format("{} {}", sender, line));
  }
  const Dump dump = wg0({{"alice", "203.0.113.7:51820", 100}});
  story.dump(104.1, dump);
  EXPECT_THAT(journal(story.dump(111, dump)), ElementsAre(HasSubstr("lost: lines late, 3 times")));
}

TEST(Attempt, OneHandshakeThatIsConfirmedInTimeIsNone) {
  Story story;
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.kernel(10.2, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  story.kernel(10.2, "Sending handshake response to peer 1 (203.0.113.7:51820)");
  story.dump(10.25, wg0({{"alice", "(none)"}}));
  EXPECT_THAT(journal(story.dump(10.6, wg0({{"alice", "203.0.113.7:51820", 10}}))), IsEmpty());
  EXPECT_THAT(journal(story.dump(20, wg0({{"alice", "203.0.113.7:51820", 10}}))), IsEmpty());
}

TEST(Attempt, AConfirmedHandshakeOfAPeerThatMovedAtOnceIsNone) {
  Story story;
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.kernel(10.2, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  EXPECT_THAT(journal(story.dump(16, wg0({{"alice", "198.51.100.1:7", 10}}))), IsEmpty());
}

TEST(Attempt, AnInitiationOfOursWithoutAResponseIsOne) {
  Story story;
  const Dump dead = wg0({{"dead", "203.0.113.9:51999"}});
  story.dump(0.1, dead);
  story.kernel(10, "Sending handshake initiation to peer 1 (203.0.113.9:51999)");
  EXPECT_THAT(journal(story.dump(14, dead)), IsEmpty()) << "it still has time";
  EXPECT_THAT(journal(story.dump(15.5, dead)),
              ElementsAre("@10 ATTEMPT wg0 peer 1 203.0.113.9:51999: unanswered"));
}

TEST(Attempt, AResponseMeansThatOurInitiationWasAnswered) {
  Story story;
  story.dump(0.1, wg0({{"bob", "203.0.113.9:5"}}));
  story.kernel(10, "Sending handshake initiation to peer 1 (203.0.113.9:5)");
  story.kernel(10.01, "Receiving handshake response from peer 1 (203.0.113.9:5)");
  EXPECT_THAT(journal(story.dump(20, wg0({{"bob", "203.0.113.9:5"}}))), IsEmpty());
}

// Both sides initiate at once; one response comes too late and is refused.
TEST(Attempt, AnInvalidResponseOfCrossingHandshakesIsNone) {
  Story story;
  story.dump(0.1, wg0({{"bob", "203.0.113.9:5"}}));
  story.kernel(10.1, "Invalid handshake response from 203.0.113.9:5");
  EXPECT_THAT(journal(story.dump(20, wg0({{"bob", "203.0.113.9:5", 10}}))), IsEmpty());
}

TEST(Attempt, InvalidResponsesWithoutAHandshakeAreOne) {
  Story story;
  story.dump(0.1, wg0({{"bob", "203.0.113.9:5"}}));
  story.kernel(10.1, "Invalid handshake response from 203.0.113.9:5");
  story.kernel(15.2, "Invalid handshake response from 203.0.113.9:5");
  EXPECT_THAT(journal(story.dump(30, wg0({{"bob", "203.0.113.9:5"}}))),
              ElementsAre("@15.2 ATTEMPT wg0 203.0.113.9:5: response invalid, 2 times"));
}

TEST(Attempt, OfAnInterfaceThatNoDumpListsNothingIsConcluded) {
  Story story;
  story.dump(0.1, {});
  story.kernel(10.2, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  for (int i = 1; i < 40; ++i) EXPECT_THAT(journal(story.dump(10 + 30 * i, {})), IsEmpty());
}

TEST(Attempt, WhatIsFoldedIsToldWhenTheRunEnds) {
  Story story;
  for (int i = 1; i <= 4; ++i) {
    story.kernel(i, "Invalid MAC of handshake, dropping packet from 198.51.100.1:5");
  }
  story.auditor.on_stop({}, at(5), story.records);
  EXPECT_THAT(journal(story.take()),
              ElementsAre("@4 ATTEMPT wg0 198.51.100.1:5: mac invalid, 3 times"));
}

/// Proves that peer 7 of wg0 is alice.
void prove_alice(Story& story) {
  story.kernel(1, "Interface created");
  story.kernel(1.5, "Peer 7 created");
  story.dump(4, wg0({{"alice", "203.0.113.7:51820"}}));
  story.kernel(7, "Sending keepalive packet to peer 7 (203.0.113.7:51820)");
  story.auditor.on_time(at(9), story.records);
  story.take();
}

AuditorOptions with_alice() {
  AuditorOptions options;
  options.names[key_of("alice")] = "alice";
  return options;
}

constexpr std::string_view silent =
    "Retrying handshake with peer 7 (203.0.113.7:51820) because we stopped hearing back after 15 "
    "seconds";

TEST(Attempt, OfAnIdThatIsProvenNamesItsPeer) {
  Story story(with_alice());
  prove_alice(story);
  EXPECT_THAT(journal(story.kernel(20, silent)),
              ElementsAre("@20 ATTEMPT wg0 alice 203.0.113.7:51820: peer silent"));
  const PeerFacts& peer = *story.last.back().peer();
  EXPECT_EQ(peer.id, PeerId{7});
  EXPECT_EQ(peer.identity, IdentityState::proven);
  EXPECT_EQ(peer.public_key, key_of("alice"));
  EXPECT_EQ(peer.name, "alice");
}

TEST(Attempt, AHandshakeThatNoDumpConfirmsNamesItsPeerToo) {
  Story story(with_alice());
  prove_alice(story);
  const Dump half_dead = wg0({{"alice", "203.0.113.7:51820"}});
  for (const double time : {20.0, 25.2, 30.4}) {
    story.kernel(time, "Receiving handshake initiation from peer 7 (203.0.113.7:51820)");
    story.kernel(time, "Sending handshake response to peer 7 (203.0.113.7:51820)");
  }
  EXPECT_THAT(journal(story.dump(36, half_dead)),
              ElementsAre("@30.4 ATTEMPT wg0 alice 203.0.113.7:51820: unconfirmed, 3 times"));
  EXPECT_EQ(story.last.back().peer()->identity, IdentityState::proven);
}

// The id was proven only after the first of the lines, and what is told together must hold for all.
TEST(Attempt, OfWhichNotAllLinesWereProvenNamesTheIdOnly) {
  Story story(with_alice());
  story.kernel(0.2, silent);
  story.kernel(0.4, silent);
  prove_alice(story);
  story.kernel(20, silent);
  EXPECT_THAT(journal(story.kernel(310, silent)),
              ElementsAre("@310 ATTEMPT wg0 peer 7 203.0.113.7:51820: peer silent, 3 times"));
  EXPECT_EQ(story.last.back().peer()->identity, IdentityState::unresolved);
  EXPECT_EQ(story.last.back().peer()->public_key, std::nullopt);
}

// Told when the id is another peer's already; its own peer is what the lines were of.
TEST(Attempt, IsOfThePeerThatHadTheIdWhenItsLinesCame) {
  Story story(with_alice());
  prove_alice(story);
  for (const double time : {20.0, 21.0}) story.kernel(time, silent);
  story.datagram(40,
                 "<6>Nov 21 07:00:00 gw1 kernel: [   50.000000] wireguard: WireGuard 1.0.0 loaded. "
                 "See www.wireguard.com for information.");
  story.kernel(41, "Interface created");
  for (int id = 1; id <= 7; ++id) story.kernel(42, fmt::format("Peer {} created", id));
  EXPECT_THAT(journal(story.dump(330, wg0({{"g"}}))),
              ElementsAre("@21 ATTEMPT wg0 alice 203.0.113.7:51820: peer silent"));
  const auto told = std::find_if(story.last.rbegin(), story.last.rend(),
                                 [](const Record& record) { return record.is(Action::attempt); });
  EXPECT_EQ(told->peer()->public_key, key_of("alice"));
}

TEST(Attempt, TellsARestartNothingAboutWhoHasTheIdNow) {
  Story before(with_alice());
  prove_alice(before);
  before.kernel(20, silent);
  AuditorOptions options;
  options.boot_id = "one";
  Story after(options);
  for (const Record& record : before.last) {
    if (!record.is(Action::attempt)) continue;
    after.auditor.restore(*parse_record(to_json(record, {"gw1", "one"})));
  }
  after.auditor.on_start({}, at(30), after.records);
  after.kernel(31, "Sending keepalive packet to peer 7 (203.0.113.7:51820)");
  EXPECT_EQ(after.last.back().peer()->identity, IdentityState::unresolved);
}

AttemptSource source(std::uint16_t port, std::string_view interface = "wg0") {
  Endpoint endpoint = *parse_endpoint("198.51.100.1:1");
  endpoint.port = port;
  return {*parse_interface_name(interface), AttemptCause::mac_invalid, endpoint, {}};
}

AttemptFacts one_at(double time) {
  return {1, at(time).utc, at(time).utc, {}, {}, false};
}

TEST(AttemptLog, TellsASourceThatTriesForEverEverMoreSeldom) {
  AttemptLog log;
  std::vector<double> told;
  std::uint64_t sum = 0;
  for (int i = 0; i < 30'000; ++i) {
    log.note({source(1), one_at(5 * i)});
    for (const Attempt& attempt : log.take(at(5 * i))) {
      told.push_back(5 * i);
      sum += attempt.facts.count;
    }
  }
  for (const Attempt& attempt : log.flush()) sum += attempt.facts.count;
  EXPECT_THAT(told, ElementsAre(0, 300, 1500, 6300, 25'500, 102'300));
  EXPECT_EQ(sum, 30'000U) << "the counts add up";
}

TEST(AttemptLog, ASeriesEndsWithAWindowWithoutAttempts) {
  AttemptLog log;
  log.note({source(1), one_at(0)});
  EXPECT_EQ(log.take(at(0)).size(), 1U);
  EXPECT_EQ(log.take(at(300)).size(), 0U);
  EXPECT_EQ(log.size(), 0U);
}

TEST(AttemptLog, AMillionForgedSourcesAreAFewRecordsAndBoundedMemory) {
  AttemptLog log;
  std::uint64_t records = 0;
  std::uint64_t counted = 0;
  const auto take = [&](std::vector<Attempt> attempts) {
    records += attempts.size();
    for (const Attempt& attempt : attempts) counted += attempt.facts.count;
  };
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string interface = fmt::format("if{}", i / 1000);
    log.note({source(static_cast<std::uint16_t>(i), interface), one_at(i * 1e-5)});
    if (i % 100 == 0) take(log.take(at(i * 1e-5)));
  }
  EXPECT_LE(log.size(), 1025U);
  take(log.flush());
  EXPECT_EQ(counted, 1'000'000U);
  EXPECT_LE(records, 1100U);
}

TEST(AttemptLog, SourcesBeyondThoseToldApartShareARecordThatSaysSo) {
  Story story;
  for (int i = 1; i <= 65; ++i) {
    story.kernel(1,
                 fmt::format("Invalid MAC of handshake, dropping packet from 198.51.100.1:{}", i));
  }
  EXPECT_EQ(story.last.back().message, "ATTEMPT wg0 other sources: mac invalid");
  EXPECT_TRUE(story.last.back().as<AttemptBody>()->facts.of_other_sources);
}

TEST(HandshakeWatch, HandshakesBeyondItsRoomAreCountedAsOverlooked) {
  HandshakeWatch watch;
  KernelEvent event;
  event.kind = EventKind::handshake_initiation_received;
  event.interface = *parse_interface_name("wg0");
  event.endpoint = parse_endpoint("198.51.100.1:1");
  for (std::uint64_t i = 0; i < 5000; ++i) {
    event.peer = PeerId{i};
    watch.on_line(heard(event, at(1)));
  }
  EXPECT_EQ(watch.size(), 4096U);
  EXPECT_EQ(watch.take_overlooked(), 904U);
  EXPECT_EQ(watch.take_overlooked(), 0U);
}

}  // namespace
}  // namespace wgaudit::attempt_test
