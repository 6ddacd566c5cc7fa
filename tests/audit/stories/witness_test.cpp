#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::witness_test {
namespace {

using testing::ElementsAre;

Dump wg0(const std::vector<Row>& rows) {
  return {dump_interface("wg0", rows)};
}

/// Action and witness of each transition that is recorded from now on.
class WitnessStory : public Story {
 public:
  std::vector<std::string> transitions(double time, const Dump& after) {
    last.clear();
    dump(time, after);
    std::vector<std::string> texts;
    for (const Record& record : last) {
      if (record.is(Action::config_changed) || !record.witness) continue;
      texts.push_back(fmt::format("{} {}", to_text(record.action), to_text(*record.witness)));
    }
    return texts;
  }
};

TEST(Witness, OfATransitionThatOnlyADumpShowsIsTheDump) {
  WitnessStory story;
  story.dump(0.1, wg0({}));
  EXPECT_THAT(story.transitions(5, wg0({{"alice", "(none)"}})), ElementsAre("peer_added dump"));
  EXPECT_THAT(story.transitions(10.5, wg0({{"alice", "203.0.113.7:1", 10}})),
              ElementsAre("peer_online dump"));
  EXPECT_THAT(story.transitions(20, wg0({{"alice", "203.0.113.7:2", 10}})),
              ElementsAre("peer_roamed dump"));
  EXPECT_THAT(story.transitions(30, wg0({})),
              ElementsAre("peer_removed dump", "session_ended dump"));
}

TEST(Witness, OfATransitionThatALineRaisedIsBoth) {
  WitnessStory story;
  story.dump(0.1, wg0({}));
  story.kernel(4.9, "Peer 1 created");
  EXPECT_THAT(story.transitions(5, wg0({{"alice", "(none)"}})), ElementsAre("peer_added both"));
  story.kernel(10.1, "Receiving handshake initiation from peer 1 (203.0.113.7:1)");
  EXPECT_THAT(story.transitions(10.5, wg0({{"alice", "203.0.113.7:1", 10}})),
              ElementsAre("peer_online both"));
  story.kernel(19, "Receiving keepalive packet from peer 1 (203.0.113.7:2)");
  EXPECT_THAT(story.transitions(20, wg0({{"alice", "203.0.113.7:2", 10}})),
              ElementsAre("peer_roamed both"));
  story.kernel(29, "Peer 1 (203.0.113.7:2) destroyed");
  EXPECT_THAT(story.transitions(30, wg0({})),
              ElementsAre("peer_removed both", "session_ended both"));
}

TEST(Witness, OfATimeoutIsTheDumpSinceNoLineTellsThatNothingCame) {
  WitnessStory story;
  story.kernel(10.1, "Receiving handshake initiation from peer 1 (203.0.113.7:1)");
  story.dump(10.5, wg0({{"alice", "203.0.113.7:1", 10}}));
  EXPECT_THAT(story.transitions(190.01, wg0({{"alice", "203.0.113.7:1", 10}})),
              ElementsAre("peer_offline dump", "session_ended dump"));
}

TEST(Witness, OfPeersThatAreNewAtOnceTheLinesAreTheLastOnes) {
  WitnessStory story;
  story.dump(0.1, wg0({}));
  story.kernel(3, "Peer 2 created");  // debug was switched on behind peer 1
  EXPECT_THAT(story.transitions(5, wg0({{"alice", "(none)"}, {"bob", "(none)"}})),
              ElementsAre("peer_added dump", "peer_added both"));
}

// All that have no endpoint are destroyed at the same `((einval))`.
TEST(Witness, OfOneRemovalIsNoneOfTheNext) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}, {"bob", "(none)"}}));
  story.kernel(5, "Peer 1 ((einval)) destroyed");
  EXPECT_THAT(story.transitions(5.1, wg0({{"bob", "(none)"}})), ElementsAre("peer_removed both"));
  EXPECT_THAT(story.transitions(30, wg0({})), ElementsAre("peer_removed dump"));
}

// `destroyed` is printed when nobody uses the peer any more, which can be long after it left the
// list.
TEST(Witness, OfARemovalTheLineThatComesBehindTheDumpIsNoneOfTheNext) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}, {"bob", "(none)"}}));
  EXPECT_THAT(story.transitions(5, wg0({{"bob", "(none)"}})), ElementsAre("peer_removed dump"));
  story.kernel(5.3, "Peer 1 ((einval)) destroyed");
  EXPECT_THAT(story.transitions(30, wg0({})), ElementsAre("peer_removed dump"));
}

TEST(Witness, OfTwoRemovalsWithOneLineOneIsTheDumpAlone) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}, {"bob", "(none)"}}));
  story.kernel(4.9, "Peer 1 ((einval)) destroyed");
  EXPECT_THAT(story.transitions(5, wg0({})), ElementsAre("peer_removed dump", "peer_removed both"));
}

TEST(Witness, ALineThatNeverCameIsWaitedForNoLongerThanAMinute) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}, {"bob", "(none)"}}));
  story.dump(5, wg0({{"bob", "(none)"}}));
  story.kernel(60, "Sending keepalive packet to peer 2 (203.0.113.7:1)");
  story.dump(66, wg0({{"bob", "(none)"}}));
  story.kernel(69, "Peer 2 ((einval)) destroyed");
  EXPECT_THAT(story.transitions(70, wg0({})), ElementsAre("peer_removed both"));
}

TEST(Witness, OfAPeerThatIsAddedTheLineOfTheOneBeforeIsNone) {
  WitnessStory story;
  story.dump(0.1, wg0({}));
  story.kernel(4, "Interface created");
  story.dump(5, wg0({{"alice", "(none)"}}), 0.01);
  // Printed at 4.95, received behind the dump that shows it.
  story.datagram(5.2,
                 "<7>Nov 21 07:00:05 gw1 kernel: [   14.950000] wireguard: wg0: Peer 1 created");
  EXPECT_THAT(story.transitions(30, wg0({{"alice", "(none)"}, {"bob", "(none)"}})),
              ElementsAre("peer_added dump"));
}

TEST(Witness, OfOneMoveIsNoneOfTheNextToTheSamePlace) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "203.0.113.7:1"}, {"bob", "203.0.113.7:2", 0}}));
  story.kernel(5, "Receiving keepalive packet from peer 1 (203.0.113.7:1)");
  story.dump(6, wg0({{"alice", "203.0.113.7:1"}, {"bob", "203.0.113.7:2", 0}}));
  EXPECT_THAT(story.transitions(30, wg0({{"alice", "203.0.113.7:1"}, {"bob", "203.0.113.7:1", 0}})),
              ElementsAre("peer_roamed dump"));
}

// Created anew, and renamed later, which destroys nothing.
TEST(Witness, OfAnInterfaceThatWasDestroyedBeforeIsNoneOfItsRename) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.kernel(5, "Interface destroyed");
  story.kernel(5.1, "Interface created");
  story.dump(7, wg0({{"alice", "(none)"}}));
  story.dump(20, {dump_interface("office", {{"alice", "(none)"}})});
  EXPECT_THAT(story.transitions(20.4, {dump_interface("office", {{"alice", "(none)"}})}),
              ElementsAre("peer_removed dump"));
}

TEST(Witness, OfWhatHappenedBeforeARenameTheLinesNameTheInterfaceAsItWasCalled) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}, {"bob", "(none)"}}));
  story.kernel(9, "Peer 1 ((einval)) destroyed");
  story.datagram(9.5, "<6>Nov 21 07:00:09 gw1 kernel: [   19.500000] office: renamed from wg0");
  EXPECT_THAT(story.transitions(10, {dump_interface("office", {{"bob", "(none)"}})}),
              ElementsAre("peer_removed both"));
}

TEST(Witness, OfAnInterfaceThatIsDestroyedIsBothAlthoughOneDumpMoreConfirmsIt) {
  WitnessStory story;
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.kernel(20, "Interface destroyed");
  story.dump(20.1, {});
  EXPECT_THAT(story.transitions(20.5, {}), ElementsAre("peer_removed both"));
}

}  // namespace
}  // namespace wgaudit::witness_test
