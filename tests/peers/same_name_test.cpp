#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peers/log_story.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

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
}  // namespace wgaudit
