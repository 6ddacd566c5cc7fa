#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::same_name_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

// Every user can create interfaces, under any name, in a namespace of their own.
TEST(SameName, PeersOfANamesakeAreForeignAndOursAreProven) {
  for (const bool is_older_than_the_log : {false, true}) {
    SCOPED_TRACE(is_older_than_the_log);
    LogStory story = is_older_than_the_log ? two_proven_older_peers() : two_proven_peers();
    story.line(36, interface_created).line(36.1, peer_created, 13).quiet(36.5, 38);
    EXPECT_EQ(story.whose(39, 13), "?");
    story.dump(40, alice_and_bob).quiet(40.5, 42);
    EXPECT_EQ(story.whose(43, 13), "foreign");
    story.line(44, peer_created, 14).quiet(44.5, 46);
    story.dump(47, {{"alice"}, {"bob"}, {"carol"}}).quiet(47.5, 50);
    EXPECT_THAT(story.identified(), Contains("14 carol"));
    EXPECT_EQ(story.identified().size(), 3U);
    EXPECT_THAT(story.contradicted(), IsEmpty());
  }
}

TEST(SameName, WhoIsOfWhichIsKnownWhenOneOfTheTwoEnds) {
  LogStory story = two_proven_peers();
  story.line(36, interface_created).line(36.1, peer_created, 3).line(36.2, peer_created, 4);
  story.quiet(36.5, 38).dump(39, {{"alice"}, {"bob"}, {"carol"}}).quiet(39.5, 43);
  EXPECT_EQ(story.whose(44, 4), "?") << "3 or 4 is carol";
  story.line(45, peer_destroyed, 3, "(einval)").line(45.1, interface_destroyed).quiet(45.5, 48);
  story.dump(49, {{"alice"}, {"bob"}, {"carol"}}).quiet(49.5, 53);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "4 carol"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(SameName, WhereOursEndsANewOneIsProvenThoughItsNamesakeLivesOn) {
  LogStory story = two_proven_peers();
  story.line(36, interface_created).line(36.1, peer_created, 3).quiet(36.5, 38);
  story.dump(39, alice_and_bob).quiet(39.5, 43);
  story.line(44, peer_destroyed, 1, "(einval)").line(44.01, peer_destroyed, 2, "(einval)");
  story.line(44.1, interface_destroyed).quiet(44.5, 46);
  story.dump(47, std::vector<DumpInterface>{}).quiet(47.5, 49);
  story.dump(50, std::vector<DumpInterface>{}).quiet(50.5, 53);
  EXPECT_EQ(story.whose(54, 3), "foreign");
  story.line(55, interface_created).line(55.1, peer_created, 4).quiet(55.5, 57);
  story.dump(58, {{"bob"}}).quiet(58.5, 61);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "4 bob"));
  EXPECT_EQ(story.whose(62, 3), "foreign");
}

TEST(SameName, RenamedToTheNameOfAForeignInterfaceOursIsNotTakenForIt) {
  LogStory story;
  story.on("wg1").line(1, interface_created).line(1.1, peer_created, 1);  // In another namespace.
  story.on("wg0").line(2, interface_created).line(2.1, peer_created, 2);
  story.quiet(3, 30).renamed(31, "wg0", "wg1").quiet(32, 40);
  story.dump(41, {{"bob"}}).quiet(42, 46);
  EXPECT_THAT(story.identified(), IsEmpty()) << "1 is alone in wg1, too";
}

TEST(SameName, WhatWasProvenBeforeANameIsSharedHolds) {
  LogStory story;
  story.on("wg1").line(1, interface_created).line(1.1, peer_created, 1);
  story.on("wg0").line(2, interface_created).line(2.1, peer_created, 2);
  story.quiet(3, 30).dump(31, {{"bob"}}).quiet(32, 36);
  story.renamed(37, "wg0", "wg1").quiet(38, 40).dump(41, {{"bob"}}).quiet(42, 46);
  EXPECT_THAT(story.identified(), ElementsAre("2 bob"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
  EXPECT_EQ(story.whose(47, 2), "bob");
}

TEST(SameName, WhicheverOfTwoWasRenamedTheNextOfItsNewNameIsNotTakenForIt) {
  LogStory story;
  story.on("wg0").line(1, interface_created).line(1.1, peer_created, 1);
  story.on("wg0").line(2, interface_created).line(2.1, peer_created, 2);
  story.quiet(3, 30).renamed(31, "wg0", "office");
  story.on("office").line(32, interface_created).line(32.1, peer_created, 3);
  story.quiet(33, 40).dump(41, {{"alice"}}).quiet(42, 46);
  EXPECT_THAT(story.identified(), IsEmpty());
}

TEST(SameName, WhicheverOfTwoWasMovedTheNextOfItsNewNameIsNotTakenForIt) {
  LogStory story;
  story.on("wg0").line(1, interface_created);
  story.on("wg0").line(2, interface_created).line(2.1, peer_created, 1).line(2.2, peer_created, 2);
  story.quiet(3, 30);
  story.interface = "vpn";
  story.line(31, keepalive_sent, 1, "203.0.113.7:51820");
  story.interface = "wg0";
  story.line(31.5, keepalive_sent, 2, "203.0.113.8:51820");
  story.on("vpn").line(32, interface_created).line(32.1, peer_created, 3);
  story.quiet(33, 40).dump(41, {{"alice"}}).quiet(42, 46);
  EXPECT_THAT(story.identified(), IsEmpty());
}

TEST(SameName, AnInterfaceThatAppearsInDumpsAfterAllMayBeAnotherThatWasMovedThere) {
  LogStory story;
  story.on("wg0").line(1, interface_created).line(1.1, peer_created, 1);  // In another namespace.
  for (double time = 5; time <= 15; time += 5) {
    story.quiet(time - 4, time).dump(time, std::vector<DumpInterface>{});
  }
  story.quiet(16, 20).dump(21, {{"bob"}}).quiet(22, 26);  // `ip link set office netns 1 name wg0`
  EXPECT_THAT(story.identified(), IsEmpty());
}

TEST(SameName, AnInterfaceThatTwoDumpsFailedToReadIsStillTheSame) {
  LogStory story;
  story.on("wg0")
      .line(1, interface_created)
      .line(1.1, peer_created, 1)
      .quiet(2, 9)
      .dump(10, {{"alice"}});
  for (double time = 15; time <= 30; time += 5) {
    story.quiet(time - 4, time).dump(time, std::vector<DumpInterface>{});
  }
  story.quiet(31, 32).line(33, peer_created, 2).quiet(34, 38);
  story.dump(39, {{"alice"}, {"bob"}}).quiet(40, 44);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob"));
}

}  // namespace
}  // namespace wgaudit::same_name_test
