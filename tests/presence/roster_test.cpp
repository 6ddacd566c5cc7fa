#include "wgaudit/presence/roster.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/rows.hpp"

namespace wgaudit::roster_test {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr seconds threshold{180};

std::string_view kind_name(PeerChange::Kind kind) {
  switch (kind) {
    case PeerChange::Kind::added:
      return "added";
    case PeerChange::Kind::online:
      return "online";
    case PeerChange::Kind::offline:
      return "offline";
    case PeerChange::Kind::roamed:
      return "roamed";
    case PeerChange::Kind::removed:
      return "removed";
  }
  return "?";
}

/// Story gives a roster dumps at seconds after the start. What they change is spelt `interface peer
/// kind reason @seconds`.
class Story {
 public:
  std::vector<std::string> dump(double at, const Dump& dump,
                                const std::vector<InterfaceName>& unreadable = {}) {
    const Instant now = instant(at);
    std::vector<std::string> changes;
    wall_clock.on_time(now);
    last = roster.on_dump(dump, unreadable, now, now, wall_clock);
    for (const PeerChange& change : last.peers) {
      const std::chrono::duration<double> when = change.when - story_start();
      changes.push_back(
          fmt::format("{} {} {} {} @{}", change.interface.view(),
                      reinterpret_cast<const char*>(change.peer.row.public_key.bytes.data()),
                      kind_name(change.kind), to_text(change.reason), when.count()));
    }
    return changes;
  }

  /// Returns `at` on both clocks, the wall clock being `wall_ahead` seconds ahead.
  Instant instant(double at) const {
    const microseconds since(static_cast<std::int64_t>(at * 1e6));
    return {SteadyTime(seconds(1000)) + since, story_start() + since + seconds(wall_ahead)};
  }

  Roster roster{threshold};
  WallClock wall_clock;
  RosterChanges last;
  int wall_ahead = 0;
};

TEST(Roster, AddsWhoIsSeenFirstAndSaysWhetherTheyAreOnline) {
  Story story;
  EXPECT_THAT(story.dump(10, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}, {"bob"}})}),
              ElementsAre("wg0 alice added first_seen @10", "wg0 alice online first_seen @3",
                          "wg0 bob added first_seen @10"));
}

TEST(Roster, SaysNothingOfWhatDidNotChange) {
  Story story;
  const Dump dump = {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}, {"bob"}})};
  story.dump(10, dump);
  EXPECT_THAT(story.dump(40, dump), IsEmpty());
}

TEST(Roster, ARekeyIsNotANewSession) {
  Story story;
  story.dump(10, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}})});
  EXPECT_THAT(story.dump(130, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 125}})}), IsEmpty());
  EXPECT_THAT(story.dump(300, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 125}})}), IsEmpty());
  EXPECT_THAT(story.dump(310, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 125}})}),
              ElementsAre("wg0 alice offline timeout @305"));
}

TEST(Roster, ComesOnlineAtTheHandshakeAndGoesOfflineAtTheThreshold) {
  Story story;
  story.dump(0, {dump_interface("wg0", {{"alice"}})});
  EXPECT_THAT(story.dump(8.5, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 7}})}),
              ElementsAre("wg0 alice online handshake @7"));
  EXPECT_EQ(story.roster.next_expiry(), story.instant(187).steady);
  EXPECT_THAT(story.dump(186.999, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 7}})}), IsEmpty());
  EXPECT_THAT(story.dump(187, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 7}})}),
              ElementsAre("wg0 alice offline timeout @187"));
  EXPECT_EQ(story.roster.next_expiry(), std::nullopt);
}

TEST(Roster, NextExpiryIsThatOfTheOldestHandshakeOnline) {
  Story story;
  story.dump(20, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 9}, {"bob", "1.2.3.4:6", 4}}),
                  dump_interface("wg1", {{"carol", "1.2.3.4:7", 12}, {"dave"}})});
  EXPECT_EQ(story.roster.next_expiry(), story.instant(184).steady);
}

TEST(Roster, RoamsOnlyWhileOnline) {
  Story story;
  story.dump(5, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}, {"bob", "1.2.3.4:6"}})});
  EXPECT_THAT(story.dump(9, {dump_interface(
                                "wg0", {{"alice", "[2001:db8::1]:5", 3}, {"bob", "1.2.3.4:7"}})}),
              ElementsAre("wg0 alice roamed endpoint_changed @9"));
}

TEST(Roster, AnEndpointChangeOnTheWayOnlineIsPartOfThatChange) {
  Story story;
  story.dump(0, {dump_interface("wg0", {{"alice", "1.2.3.4:5"}})});
  story.dump(6, {dump_interface("wg0", {{"alice", "9.9.9.9:9", 5}})});
  const auto& changes = story.last.peers;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, PeerChange::Kind::online);
  EXPECT_EQ(to_text(changes[0].previous_endpoint), "1.2.3.4:5");
}

TEST(Roster, APeerThatIsGoneFromItsInterfaceIsRemovedAtOnce) {
  Story story;
  story.dump(5, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}, {"bob"}, {"carol"}})});
  EXPECT_THAT(story.dump(9, {dump_interface("wg0", {{"carol"}, {"dave"}})}),
              ElementsAre("wg0 alice removed peer_removed @9", "wg0 bob removed peer_removed @9",
                          "wg0 dave added first_seen @9"));
}

TEST(Roster, ARecreatedPeerWithoutHandshakeEndsTheSessionWhenItIsSeen) {
  Story story;
  story.dump(5, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}})});
  EXPECT_THAT(story.dump(9, {dump_interface("wg0", {{"alice", "(none)"}})}),
              ElementsAre("wg0 alice offline peer_recreated @9"));
}

TEST(Roster, AnInterfaceIsGoneOnlyWhenTwoDumpsInARowDoNotListIt) {
  Story story;
  const Dump both = {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}}),
                     dump_interface("wg1", {{"bob"}})};
  story.dump(5, both);
  EXPECT_THAT(story.dump(6, {dump_interface("wg1", {{"bob"}})}), IsEmpty());
  EXPECT_TRUE(story.roster.is_in_doubt());
  EXPECT_THAT(story.dump(7, both), IsEmpty());
  EXPECT_FALSE(story.roster.is_in_doubt());
  story.dump(8, {});
  EXPECT_THAT(story.dump(9, {}), ElementsAre("wg0 alice removed interface_removed @9",
                                             "wg1 bob removed interface_removed @9"));
  EXPECT_EQ(story.roster.size(), 0U);
  EXPECT_FALSE(story.roster.is_in_doubt());
}

TEST(Roster, AnInterfaceThatCouldNotBeReadKeepsItsPeers) {
  Story story;
  const std::vector<InterfaceName> unreadable = {*parse_interface_name("wg0")};
  story.dump(5, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}})});
  for (const double at : {30.0, 60.0, 90.0}) {
    EXPECT_THAT(story.dump(at, {}, unreadable), IsEmpty());
  }
  EXPECT_FALSE(story.roster.is_in_doubt());
  EXPECT_EQ(story.roster.next_expiry(), story.instant(183).steady);
  EXPECT_THAT(story.dump(200, {}, unreadable), IsEmpty());
  EXPECT_EQ(story.roster.next_expiry(), std::nullopt)
      << "a past expiry would be asked for for ever";
}

TEST(Roster, TwoPartialListsThatFollowAtOnceRemoveNobody) {
  Story story;
  const Dump whole = {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}})};
  story.dump(5, whole);
  EXPECT_THAT(story.dump(5.1, {}), IsEmpty());
  EXPECT_THAT(story.dump(5.13, {}), IsEmpty());
  EXPECT_TRUE(story.roster.is_in_doubt());
  EXPECT_THAT(story.dump(5.2, whole), IsEmpty());
  EXPECT_FALSE(story.roster.is_in_doubt());
}

TEST(Roster, AnInterfaceThatIsMissingAndThenUnreadableIsNotInDoubt) {
  Story story;
  story.dump(5, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}})});
  story.dump(6, {});
  story.dump(7, {}, {*parse_interface_name("wg0")});
  EXPECT_FALSE(story.roster.is_in_doubt());
  EXPECT_THAT(story.dump(8, {}), IsEmpty()) << "one miss alone";
}

TEST(Roster, ASessionThatBeganAndEndedBetweenTwoDumpsIsTold) {
  Story story;
  story.dump(5, {dump_interface("wg0", {{"alice"}})});
  EXPECT_THAT(story.dump(400, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 100}})}),
              ElementsAre("wg0 alice online handshake @100", "wg0 alice offline timeout @280"));
  EXPECT_THAT(story.dump(430, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 100}})}), IsEmpty());
}

TEST(Roster, ComesOnlineNoEarlierThanItWentOffline) {
  Story story;
  story.dump(8, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 3}})});
  story.dump(10.7, {dump_interface("wg0", {{"alice", "1.2.3.4:5"}})});
  EXPECT_THAT(story.dump(10.9, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 10}})}),
              ElementsAre("wg0 alice online handshake @10.7"));
}

TEST(Roster, ComesOnlineWhenItDoesAlthoughItWentOfflineByAClockThatWasSetBack) {
  Story story;
  story.dump(4000, {dump_interface("wg0", {{"alice"}})});
  story.wall_ahead = -3600;
  EXPECT_THAT(story.dump(4006, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 405}})}),
              ElementsAre("wg0 alice online handshake @405"));
}

TEST(Roster, TheSameKeyOnTwoInterfacesIsTwoPeers) {
  Story story;
  story.dump(0, {dump_interface("wg0", {{"alice"}}), dump_interface("wg1", {{"alice"}})});
  EXPECT_THAT(story.dump(6, {dump_interface("wg0", {{"alice"}}),
                             dump_interface("wg1", {{"alice", "1.2.3.4:5", 5}})}),
              ElementsAre("wg1 alice online handshake @5"));
}

TEST(Roster, ARestoredPeerIsNotAnnouncedAgain) {
  Story story;
  PeerState alice{
      dump_peer({"alice", "1.2.3.4:5", 3}), Presence::online, story_start(), Session{}, {}, {}};
  PeerState bob{dump_peer({"bob"}), Presence::offline, story_start(), {}, {}, {}};
  story.roster.restore(*parse_interface_name("wg0"), bob);
  story.roster.restore(*parse_interface_name("wg0"), alice);
  EXPECT_THAT(story.dump(60, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 50}, {"bob"}})}),
              IsEmpty());
  EXPECT_THAT(story.dump(231, {dump_interface("wg0", {{"alice", "1.2.3.4:5", 50}, {"bob"}})}),
              ElementsAre("wg0 alice offline timeout @230"));
}

}  // namespace
}  // namespace wgaudit::roster_test
