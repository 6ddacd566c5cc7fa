#include "shell/journal/batcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"
#include "support/kept_batches.hpp"

namespace wgaudit::batcher_test {
namespace {

using testing::ElementsAre;

/// A batcher whose batches are kept, and an auditor that makes its records.
class BatcherTest : public testing::Test {
 protected:
  void hear_line(double time) {
    story.auditor.on_datagram("<7>Nov 21 07:00:00 gw kernel: wireguard: wg0: Peer 1 created",
                              at(time), story.records);
  }

  Story story;
  KeptBatches queue;
  Batcher batcher{{{"gw1", {}}, 1U << 20U, std::chrono::hours(24), 1U << 23U}, queue};
};

TEST_F(BatcherTest, SyncsTransitionsAndNeverEvents) {
  hear_line(9);
  batcher.put(story.records, at(9));
  const Dump alice = {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}})};
  story.auditor.on_dump(alice, {}, {at(11), at(11)}, story.records);
  batcher.put(story.records, at(11));
  EXPECT_THAT(queue.pushed(), ElementsAre("events 1+1", "journal 1+3 sync"));
}

TEST_F(BatcherTest, WhatIsAddedIsStoredWithTheNextPut) {
  for (int i = 0; i < 3; ++i) {
    hear_line(9 + i);
    batcher.add(story.records);
  }
  EXPECT_THAT(queue.pushed(), ElementsAre());
  EXPECT_TRUE(story.records.empty());
  batcher.put(story.records, at(20));
  EXPECT_THAT(queue.pushed(), ElementsAre("events 1+3"));
}

TEST_F(BatcherTest, WhatIsRefusedIsALossThatIsToBeRecordedOnceThereIsRoom) {
  queue.full = true;
  for (int i = 0; i < 3; ++i) hear_line(9 + i);
  batcher.put(story.records, at(12));
  EXPECT_TRUE(batcher.take_losses().empty());
  queue.full = false;
  const auto losses = batcher.take_losses();
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].reason, LossReason::events_overflow);
  EXPECT_EQ(losses[0].loss.count, 3U);
  EXPECT_EQ(losses[0].loss.numbers, (MissingNumbers{Stream::events, 1, 3}));
  EXPECT_TRUE(batcher.take_losses().empty());
}

}  // namespace
}  // namespace wgaudit::batcher_test
