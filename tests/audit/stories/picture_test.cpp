// What is shown of a running auditor: its counters, and everybody as they are now.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::picture_test {
namespace {

using testing::ElementsAre;
using testing::Pair;

Dump wg0_with(const std::string& endpoint, int handshake) {
  return {dump_interface("wg0", {{"alice", endpoint, handshake}, {"bob", "(none)"}})};
}

std::uint64_t count_of(const Story& story, Action action) {
  return story.auditor.counters().actions[static_cast<std::size_t>(action)];
}

TEST(Picture, HasEverybodyAsASnapshotHasButTakesNoNumbers) {
  Story story;
  story.dump(12, wg0_with("203.0.113.7:51820", 10));
  const std::uint64_t last = story.last.back().sequence;
  Records picture;
  story.auditor.current_state(at(20), picture);
  EXPECT_EQ(story.auditor.last_sequence(Stream::journal), last);
  story.auditor.snapshot_records(at(20), story.records);
  ASSERT_EQ(picture.size(), 3U);
  ASSERT_EQ(story.records.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(picture[i].sequence, 0U);
    EXPECT_EQ(story.records[i].sequence, last + 1 + i);
    picture[i].sequence = story.records[i].sequence;
    EXPECT_EQ(noted_json(picture[i]), noted_json(story.records[i]));
  }
  EXPECT_EQ(picture[1].message, "wg0 YWxpY2UA is online since 2026-11-21T07:00:10.000000Z");
  EXPECT_EQ(picture[1].session()->handshakes, 1U);
}

TEST(Picture, TellsWhoAnIdIsProvenToBeAndByWhat) {
  Story story;
  story.kernel(2, "Interface created");
  story.kernel(2.1, "Peer 7 created");
  quiet(story, 3, 30);
  story.dump(30, {dump_interface("wg0", {{"alice"}})});
  quiet(story, 30.1, 33);
  Records picture;
  story.auditor.current_state(at(33), picture);
  const PeerFacts& alice = *picture.back().peer();
  EXPECT_EQ(alice.id, PeerId{7});
  EXPECT_EQ(alice.identity, IdentityState::proven);
  EXPECT_THAT(alice.evidence, ElementsAre(Evidence::order, Evidence::count));
  EXPECT_EQ(*parse_record(noted_json(picture.back()))->peer(), alice);
}

TEST(Counters, OfRecordsAreByActionAndOfSessionsByWhyTheyEnded) {
  Story story;
  story.dump(12, wg0_with("203.0.113.7:51820", 10));
  story.dump(191, wg0_with("203.0.113.7:51820", 10));
  EXPECT_EQ(count_of(story, Action::peer_added), 2U);
  EXPECT_EQ(count_of(story, Action::peer_offline), 1U);
  EXPECT_EQ(count_of(story, Action::session_ended), 1U);
  EXPECT_THAT(story.auditor.counters().sessions_ended,
              ElementsAre(Pair(ChangeReason::timeout, 1U)));
}

TEST(Counters, OfLossesAreByReasonAndSumWhatIsKnown) {
  Story story;
  const auto lose = [&](LossReason reason, std::optional<std::uint64_t> count) {
    story.auditor.on_loss(reason, {count, {}, {}, {}}, at(1), story.records);
  };
  lose(LossReason::socket_overflow, 3);
  lose(LossReason::socket_overflow, 4);
  lose(LossReason::socket_overflow, std::nullopt);
  lose(LossReason::lines_missing, UINT64_MAX);
  lose(LossReason::lines_missing, 1);
  EXPECT_THAT(story.auditor.counters().losses,
              ElementsAre(Pair("lines_missing", LossCount{2, UINT64_MAX}),
                          Pair("socket_overflow", LossCount{3, 7})));
}

}  // namespace
}  // namespace wgaudit::picture_test
