#include "daemon/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"
#include "support/kept_batches.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit::recorder_test {
namespace {

using testing::ElementsAre;

const Dump alice = {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}})};

/// A recorder whose batches are kept, or refused.
class RecorderTest : public testing::Test {
 protected:
  void begin(std::uint64_t segment_bytes) {
    const Batcher::Options batches = {
        {"gw1", {}}, segment_bytes, std::chrono::hours(24), 8 * segment_bytes};
    recorder.emplace(Recorder::Options{{}, batches}, shipped_classifier(), queue, at(0));
  }

  void take_dump(double time, const Dump& dump) {
    recorder->auditor().on_dump(dump, {}, {at(time), at(time)}, recorder->records());
    recorder->store(at(time));
  }

  void take_line(double time) {
    recorder->auditor().on_datagram("<7>Nov 21 07:00:00 gw kernel: wireguard: wg0: Peer 1 created",
                                    at(time), recorder->records());
    recorder->store(at(time));
  }

  KeptBatches queue;
  std::optional<Recorder> recorder;
};

TEST_F(RecorderTest, AFullSegmentIsFollowedByOneThatBeginsWithASnapshot) {
  begin(500);
  take_dump(11, alice);
  EXPECT_THAT(queue.pushed(),
              ElementsAre("journal 1+3 sync", "journal 4+1 sync seal", "journal 5+2 new"));
  take_line(12);
  take_line(13);
  take_line(14);
  EXPECT_THAT(queue.pushed(), ElementsAre("events 1+1", "events 2+1", "events 3+1 new"));
}

TEST_F(RecorderTest, AnOldSegmentIsFollowedByANewOne) {
  begin(1U << 20U);
  take_dump(11, alice);
  queue.pushed();
  take_dump(11 + 24 * 3600, alice);
  EXPECT_THAT(queue.pushed(),
              ElementsAre("journal 4+2 sync", "journal 6+1 sync seal", "journal 7+2 new"));
}

TEST_F(RecorderTest, ASegmentThatWasRemovedIsFollowedByOneThatBeginsWithASnapshot) {
  begin(1U << 20U);
  take_dump(11, alice);
  queue.pushed();
  recorder->batcher().on_removed_journal();
  queue.full = true;
  recorder->store(at(12));
  queue.full = false;
  recorder->store(at(13));
  recorder->store(at(14));
  EXPECT_THAT(queue.pushed(), ElementsAre("journal 4+1 sync seal", "journal 5+2 new"));
}

TEST_F(RecorderTest, EveryHourAndAtTheEndTheJournalIsSealed) {
  begin(1U << 20U);
  take_dump(11, alice);
  recorder->store(at(11 + 3599));
  queue.pushed();
  recorder->store(at(11 + 3600));
  EXPECT_THAT(queue.pushed(), ElementsAre("journal 4+1 sync seal"));
  queue.full = true;
  recorder->store(at(11 + 7200));
  queue.full = false;
  recorder->store(at(11 + 7201));
  EXPECT_THAT(queue.pushed(), ElementsAre("journal 5+1 sync seal"));
  recorder->finish(at(11 + 7202));
  EXPECT_THAT(queue.pushed(), ElementsAre("journal 6+1 sync seal"));
}

TEST_F(RecorderTest, NumbersOfALossAreThoseOfAllThatWereLost) {
  begin(1U << 20U);
  take_dump(11, alice);
  queue.crowded = queue.full = true;
  take_dump(200, alice);
  queue.crowded = queue.full = false;
  queue.batches.clear();
  recorder->store(at(201));
  ASSERT_EQ(queue.batches.size(), 1U);
  std::string_view rest = queue.batches.front().lines;
  EXPECT_EQ(parse_record(take_until(rest, '\n'))->as<Loss>()->numbers,
            (MissingNumbers{Stream::journal, 4, 5}));
}

TEST_F(RecorderTest, WhatIsRefusedIsCountedAndRecordedWhenThereIsRoomAgain) {
  begin(1U << 20U);
  take_dump(11, alice);
  queue.pushed();
  queue.full = true;
  take_line(12);
  take_line(13);
  take_dump(200, alice);
  EXPECT_THAT(queue.pushed(), ElementsAre());
  queue.full = false;
  recorder->store(at(201));
  std::vector<std::string> told;
  for (const Batch& batch : queue.batches) {
    for (std::string_view rest = batch.lines; !rest.empty();) {
      const auto record = parse_record(take_until(rest, '\n'));
      if (!record->is(Action::evidence_lost)) continue;
      const MissingNumbers& numbers = *record->as<Loss>()->numbers;
      told.push_back(fmt::format("{}, {} {} to {}", record->message, to_text(numbers.stream),
                                 numbers.first, numbers.last));
    }
  }
  EXPECT_THAT(
      told, ElementsAre("evidence lost: journal overflow, 2 times (peer_offline 1, "
                        "session_ended 1), journal 4 to 5",
                        "evidence lost: events overflow, 2 times (peer_created 2), events 1 to 2"));
}

TEST_F(RecorderTest, InACrowdedQueueTransitionsAreStoredAndWhatElseWasLostIsTold) {
  begin(1U << 20U);
  take_dump(11, alice);
  queue.batches.clear();
  queue.crowded = true;
  take_dump(200, alice);
  queue.crowded = false;
  recorder->store(at(201));
  std::vector<std::string> told;
  for (const Batch& batch : queue.batches) {
    for (std::string_view rest = batch.lines; !rest.empty();) {
      told.push_back(parse_record(take_until(rest, '\n'))->message);
    }
  }
  EXPECT_THAT(told, ElementsAre(testing::StartsWith("OFFLINE wg0"),
                                "evidence lost: journal overflow, once (session_ended 1)"));
}

TEST_F(RecorderTest, WhatIsRefusedIsRecordedAtTheEndIfTheJournalIsTaken) {
  begin(1U << 20U);
  queue.refuses_events = true;
  take_line(12);
  EXPECT_THAT(queue.pushed(), ElementsAre());
  recorder->finish(at(13));
  ASSERT_EQ(queue.batches.size(), 2U) << "and the seal";
  std::string_view rest = queue.batches[0].lines;
  EXPECT_EQ(parse_record(take_until(rest, '\n'))->message,
            "evidence lost: events overflow, once (peer_created 1)");
}

TEST_F(RecorderTest, EverySequenceIsStoredOrCountedAsLost) {
  begin(2000);
  std::uint64_t lost = 0;
  std::uint64_t stored = 0;
  for (int i = 0; i < 2000; ++i) {
    queue.full = i % 7 >= 4;
    i % 3 == 0 ? take_dump(i * 100, alice) : take_line(i * 100);
  }
  queue.full = false;
  take_line(1e6);
  take_line(1e6 + 1);
  for (const Batch& batch : queue.batches) {
    for (std::string_view rest = batch.lines; !rest.empty(); ++stored) {
      const auto record = parse_record(take_until(rest, '\n'));
      if (record->as<Loss>() != nullptr) lost += *record->as<Loss>()->count;
    }
  }
  EXPECT_GT(lost, 100U);
  Records probe;
  recorder->auditor().on_loss(LossReason::monitor_down, {}, at(1e6 + 2), probe);
  take_line(1e6 + 3);
  const std::uint64_t events = queue.batches.back().first_sequence - 1;
  EXPECT_EQ(stored + lost, events + probe.front().sequence - 1);
}

}  // namespace
}  // namespace wgaudit::recorder_test
