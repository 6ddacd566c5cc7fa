#include "wgaudit/presence/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/rows.hpp"
#include "wgaudit/presence/roster.hpp"

namespace wgaudit::session_test {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr std::string_view home = "203.0.113.7:51820";
constexpr std::string_view away = "198.51.100.1:40001";

UtcTime utc(double at) {
  return story_start() + microseconds(static_cast<std::int64_t>(at * 1e6));
}

Instant instant(double at) {
  return {SteadyTime(seconds(1000)) + (utc(at) - story_start()), utc(at)};
}

/// Story gives a roster rows of wg0 at seconds after the start.
struct Story {
  explicit Story(seconds grace = seconds(0)) : roster(seconds(180), grace) {}

  void dump(double at, const std::vector<Row>& rows) {
    for (const PeerChange& change : take(at, {dump_interface("wg0", rows)}).peers) {
      kinds.push_back(change.kind);
      if (change.ended) ended = change.ended;
    }
  }

  RosterChanges take(double at, const Dump& dump) {
    wall_clock.on_time(instant(at));
    return roster.on_dump(dump, {}, instant(at), instant(at), wall_clock);
  }

  LineNotes& notes(std::string_view peer) {
    return *roster.notes_of(*parse_interface_name("wg0"), key_of(peer));
  }

  Roster roster;
  WallClock wall_clock;
  std::vector<PeerChange::Kind> kinds;
  std::optional<EndedSession> ended;
};

TEST(Session, CountsBytesHandshakesAndActivityFromDumpToDump) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  story.dump(10.5, {{"alice", home, 10, 180, 92}});
  story.dump(40, {{"alice", home, 10, 1180, 592}});
  story.dump(70, {{"alice", home, 10, 1180, 592}});
  story.dump(135, {{"alice", home, 130, 2000, 900}});
  story.dump(160, {{"alice", home, 130, 2000, 932}});
  story.dump(310, {{"alice", home, 130, 2000, 932}});
  ASSERT_TRUE(story.ended);
  const Session& session = story.ended->session;
  EXPECT_TRUE(session.complete);
  EXPECT_EQ(session.began, utc(10));
  EXPECT_EQ(story.ended->ended, utc(310));
  EXPECT_EQ(story.ended->duration, seconds(300));
  EXPECT_EQ(session.rx_bytes, 2000U);
  EXPECT_EQ(session.tx_bytes, 932U);
  EXPECT_EQ(session.handshakes, 2U);
  EXPECT_EQ(session.last_activity, (TimeBounds{utc(130), utc(135)}));
  EXPECT_EQ(session.initiator, std::nullopt) << "no line told";
}

// The handshake's second began before the dump that showed the peer offline was complete.
TEST(Session, BeginsByBothClocksWhenThePeerWasLastKnownOffline) {
  Story story;
  story.dump(10.06, {{"alice", "(none)"}});
  story.dump(12, {{"alice", home, 10}});
  story.dump(190.2, {{"alice", home, 10}});
  ASSERT_TRUE(story.ended);
  EXPECT_EQ(story.ended->session.began, utc(10.06));
  EXPECT_EQ(story.ended->session.began_steady, instant(10.06).steady);
}

TEST(Session, OfAPeerOnlineAtFirstSightCountsFromThereAndSaysSo) {
  Story story;
  story.dump(20, {{"alice", home, 10, 5000, 6000}});
  story.dump(50, {{"alice", home, 10, 5100, 6050}});
  story.dump(190, {{"alice", home, 10, 5100, 6050}});
  ASSERT_TRUE(story.ended);
  EXPECT_FALSE(story.ended->session.complete);
  EXPECT_EQ(story.ended->session.rx_bytes, 100U);
  EXPECT_EQ(story.ended->session.tx_bytes, 50U);
}

TEST(Session, KeepsEndpointsInOrderWithTimes) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  story.dump(11, {{"alice", home, 10}});
  story.dump(40, {{"alice", away, 10}});
  story.dump(50, {{"alice", home, 10}});
  story.dump(190, {{"alice", home, 10}});
  ASSERT_TRUE(story.ended);
  EXPECT_THAT(story.ended->session.endpoints,
              ElementsAre(EndpointUse{*parse_endpoint(home), utc(10)},
                          EndpointUse{*parse_endpoint(away), utc(40)},
                          EndpointUse{*parse_endpoint(home), utc(50)}));
}

TEST(Session, KeepsOnlySoManyEndpointsAndCountsTheRest) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  for (int i = 0; i < 100; ++i) story.dump(11 + i, {{"alice", i % 2 == 0 ? home : away, 10}});
  story.dump(190, {{"alice", away, 10}});
  ASSERT_TRUE(story.ended);
  EXPECT_EQ(story.ended->session.endpoints.size(), Session::max_endpoints);
  EXPECT_EQ(story.ended->session.endpoints_dropped, 100 - Session::max_endpoints);
  EXPECT_EQ(story.ended->session.endpoints.back().since, utc(110));
}

TEST(Session, LinesOfTheProvenPeerTellWhoInitiatedAndTheLastKeepalive) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  note_initiation(story.notes("alice"), {Initiator::peer, instant(9.99).steady});
  story.dump(10.05, {{"alice", "(none)", -1, 148, 92}});
  story.dump(10.2, {{"alice", home, 10, 180, 92}});
  story.notes("alice").keepalive = instant(35.25);
  story.dump(40, {{"alice", home, 10, 212, 92}});
  story.dump(190, {{"alice", home, 10, 212, 92}});
  ASSERT_TRUE(story.ended);
  const Session& session = story.ended->session;
  EXPECT_EQ(session.initiator, Initiator::peer);
  EXPECT_EQ(session.keepalive, utc(35.25));
  EXPECT_EQ(session.last_activity, (TimeBounds{utc(35.25), utc(40)}));
}

TEST(Session, AnInitiationOfLongAgoIsNotThatOfThisSession) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  note_initiation(story.notes("alice"), {Initiator::gateway, instant(2).steady});
  story.dump(10.2, {{"alice", home, 10}});
  story.dump(190, {{"alice", home, 10}});
  EXPECT_EQ(story.ended->session.initiator, std::nullopt);
}

TEST(Session, AHandshakeThatALineTellsAndADumpShowsIsCountedOnce) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  story.notes("alice").completed = {instant(10.01).steady};
  story.dump(10.02, {{"alice", home, 10}});
  story.notes("alice").completed.push_back(instant(60.4).steady);   // hidden by the next
  story.notes("alice").completed.push_back(instant(66.01).steady);  // shown
  story.dump(66.02, {{"alice", home, 66}});
  story.dump(90, {{"alice", home, 66}});
  story.dump(246, {{"alice", home, 66}});
  ASSERT_TRUE(story.ended);
  EXPECT_EQ(story.ended->session.handshakes, 3U);
}

TEST(Session, GoesOnWhenItsPeerIsCreatedAnewAndShakesHandsBetweenTwoDumps) {
  Story story;
  story.dump(0, {{"alice", "(none)"}});
  story.dump(10.5, {{"alice", home, 10, 1000, 2000}});
  story.dump(40, {{"alice", home, 38, 180, 92}});  // counts from 0 again
  story.dump(218, {{"alice", home, 38, 180, 92}});
  ASSERT_TRUE(story.ended);
  EXPECT_EQ(story.ended->session.began, utc(10));
  EXPECT_EQ(story.ended->session.rx_bytes, 1180U);
  EXPECT_EQ(story.ended->session.tx_bytes, 2092U);
  EXPECT_EQ(story.ended->session.handshakes, 2U);
}

TEST(Session, SurvivesAnInterfaceRestartWithinTheGraceWithItsTotals) {
  Story story(seconds(30));
  story.dump(0, {{"alice", "(none)"}});
  story.dump(10.5, {{"alice", home, 10, 1000, 2000}});
  story.take(20, {});
  const auto gone = story.take(20.5, {});
  EXPECT_TRUE(gone.peers.empty()) << "the grace runs";
  story.dump(22, {{"alice", "(none)"}});
  story.dump(30, {{"alice", home, 29, 180, 92}});
  story.dump(400, {{"alice", home, 29, 180, 92}});
  using Kind = PeerChange::Kind;
  EXPECT_THAT(story.kinds, ElementsAre(Kind::added, Kind::online, Kind::offline));
  ASSERT_TRUE(story.ended);
  EXPECT_EQ(story.ended->session.rx_bytes, 1180U);
  EXPECT_EQ(story.ended->ended, utc(209));
}

TEST(Session, APeerRemovedForLongerThanTheGraceIsRemovedAtItsTime) {
  Story story(seconds(30));
  story.dump(10.5, {{"alice", home, 10}, {"bob"}});
  story.dump(20, {{"bob"}});
  EXPECT_EQ(story.roster.next_expiry(), instant(50).steady);
  EXPECT_FALSE(story.ended);
  story.dump(50, {{"bob"}});
  ASSERT_TRUE(story.ended);
  EXPECT_EQ(story.ended->ended, utc(20));
  EXPECT_EQ(story.roster.next_expiry(), std::nullopt);
}

}  // namespace
}  // namespace wgaudit::session_test
