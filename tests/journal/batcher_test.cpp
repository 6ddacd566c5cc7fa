#include "shell/journal/batcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/stored.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;

const Dump alice = {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}})};

/// A store whose batches are kept, or refused while `full`.
class StoreTest : public testing::Test {
 protected:
  Store store_with(std::uint64_t segment_bytes) {
    const auto push = [this](Batch batch) {
      if (full) return false;
      batches.push_back(std::move(batch));
      return true;
    };
    return Store(
        {{"gw1", {}}, segment_bytes, std::chrono::hours(24), 8 * segment_bytes}, story.auditor,
        {push, [this] { return crowded; }, [this] { return !full; }, [] { return std::string(); }});
  }

  void put_dump(Store& store, double time, const Dump& dump) {
    story.auditor.on_dump(dump, {}, {at(time), at(time)}, story.records);
    store.put(story.records, at(time));
  }

  void put_line(Store& store, double time) {
    story.auditor.on_datagram("<7>Nov 21 07:00:00 gw kernel: wireguard: wg0: Peer 1 created",
                              at(time), story.records);
    store.put(story.records, at(time));
  }

  /// `STREAM FIRST+COUNT`, with ` new` at the head of a segment, ` sync` where it is synced and
  /// ` seal` where it seals the journal.
  std::vector<std::string> pushed() {
    std::vector<std::string> texts;
    for (const Batch& batch : std::exchange(batches, {})) {
      texts.push_back(fmt::format("{} {}+{}{}{}{}", to_text(batch.stream), batch.first_sequence,
                                  batch.count, batch.begins_segment ? " new" : "",
                                  batch.sync ? " sync" : "", batch.seal ? " seal" : ""));
    }
    return texts;
  }

  Story story;
  std::vector<Batch> batches;
  bool full = false;
  bool crowded = false;
};

TEST_F(StoreTest, SyncsTransitionsAndNeverEvents) {
  Store store = store_with(1U << 20U);
  put_line(store, 9);
  put_dump(store, 11, alice);
  EXPECT_THAT(pushed(), ElementsAre("events 1+1", "journal 1+3 sync"));
}

TEST_F(StoreTest, AFullSegmentIsFollowedByOneThatBeginsWithASnapshot) {
  Store store = store_with(500);
  put_dump(store, 11, alice);
  EXPECT_THAT(pushed(),
              ElementsAre("journal 1+3 sync", "journal 4+1 sync seal", "journal 5+2 new"));
  put_line(store, 12);
  put_line(store, 13);
  put_line(store, 14);
  EXPECT_THAT(pushed(), ElementsAre("events 1+1", "events 2+1", "events 3+1 new"));
}

TEST_F(StoreTest, AnOldSegmentIsFollowedByANewOne) {
  Store store = store_with(1U << 20U);
  put_dump(store, 11, alice);
  pushed();
  put_dump(store, 11 + 24 * 3600, alice);
  EXPECT_THAT(pushed(),
              ElementsAre("journal 4+2 sync", "journal 6+1 sync seal", "journal 7+2 new"));
}

TEST_F(StoreTest, ASegmentThatWasRemovedIsFollowedByOneThatBeginsWithASnapshot) {
  Store store = store_with(1U << 20U);
  put_dump(store, 11, alice);
  pushed();
  store.on_removed_journal();
  full = true;
  store.put(story.records, at(12));
  full = false;
  store.put(story.records, at(13));
  store.put(story.records, at(14));
  EXPECT_THAT(pushed(), ElementsAre("journal 4+1 sync seal", "journal 5+2 new"));
}

TEST_F(StoreTest, EveryHourAndAtTheEndTheJournalIsSealed) {
  Store store = store_with(1U << 20U);
  put_dump(store, 11, alice);
  store.put(story.records, at(11 + 3599));
  pushed();
  store.put(story.records, at(11 + 3600));
  EXPECT_THAT(pushed(), ElementsAre("journal 4+1 sync seal"));
  full = true;
  store.put(story.records, at(11 + 7200));
  full = false;
  store.put(story.records, at(11 + 7201));
  EXPECT_THAT(pushed(), ElementsAre("journal 5+1 sync seal"));
  store.finish(at(11 + 7202));
  EXPECT_THAT(pushed(), ElementsAre("journal 6+1 sync seal"));
}

TEST_F(StoreTest, NumbersOfALossAreThoseOfAllThatWereLost) {
  Store store = store_with(1U << 20U);
  put_dump(store, 11, alice);
  crowded = full = true;
  put_dump(store, 200, alice);
  crowded = full = false;
  batches.clear();
  store.put(story.records, at(201));
  ASSERT_EQ(batches.size(), 1U);
  std::string_view rest = batches.front().lines;
  EXPECT_EQ(parse_record(take_until(rest, '\n'))->loss->numbers,
            (MissingNumbers{Stream::journal, 4, 5}));
}

TEST_F(StoreTest, WhatIsRefusedIsCountedAndRecordedWhenThereIsRoomAgain) {
  Store store = store_with(1U << 20U);
  put_dump(store, 11, alice);
  pushed();
  full = true;
  put_line(store, 12);
  put_line(store, 13);
  put_dump(store, 200, alice);
  EXPECT_THAT(pushed(), ElementsAre());
  full = false;
  store.put(story.records, at(201));
  std::vector<std::string> told;
  for (const Batch& batch : batches) {
    for (std::string_view rest = batch.lines; !rest.empty();) {
      const auto record = parse_record(take_until(rest, '\n'));
      if (!record->is(Action::evidence_lost)) continue;
      const MissingNumbers& numbers = *record->loss->numbers;
      told.push_back(fmt::format("{}, {} {} to {}", record->message, to_text(numbers.stream),
                                 numbers.first, numbers.last));
    }
  }
  EXPECT_THAT(
      told, ElementsAre("evidence lost: journal overflow, 2 times (peer_offline 1, "
                        "session_ended 1), journal 4 to 5",
                        "evidence lost: events overflow, 2 times (peer_created 2), events 1 to 2"));
}

TEST_F(StoreTest, InACrowdedQueueTransitionsAreStoredAndWhatElseWasLostIsTold) {
  Store store = store_with(1U << 20U);
  put_dump(store, 11, alice);
  batches.clear();
  crowded = true;
  put_dump(store, 200, alice);
  crowded = false;
  store.put(story.records, at(201));
  std::vector<std::string> told;
  for (const Batch& batch : batches) {
    for (std::string_view rest = batch.lines; !rest.empty();) {
      told.push_back(parse_record(take_until(rest, '\n'))->message);
    }
  }
  EXPECT_THAT(told, ElementsAre(testing::StartsWith("OFFLINE wg0"),
                                "evidence lost: journal overflow, once (session_ended 1)"));
}

TEST_F(StoreTest, WhatIsRefusedIsRecordedAtTheEndIfTheJournalIsTaken) {
  std::vector<std::string> journal;
  const auto push = [&](const Batch& batch) {
    if (batch.stream == Stream::events) return false;
    journal.push_back(batch.lines);
    return true;
  };
  Store store({{"gw1", {}}, 1U << 20U, std::chrono::hours(24), 1U << 20U}, story.auditor,
              {push, [] { return false; }, [] { return false; }, [] { return std::string(); }});
  put_line(store, 12);
  EXPECT_THAT(journal, ElementsAre());
  store.finish(at(13));
  ASSERT_EQ(journal.size(), 2U) << "and the seal";
  EXPECT_EQ(parse_record(std::string_view(journal[0]).substr(0, journal[0].size() - 1))->message,
            "evidence lost: events overflow, once (peer_created 1)");
}

TEST_F(StoreTest, WhatIsAddedIsStoredWithTheNextPut) {
  Store store = store_with(1U << 20U);
  for (int i = 0; i < 3; ++i) {
    story.auditor.on_datagram("<7>Nov 21 07:00:00 gw kernel: wireguard: wg0: Peer 1 created",
                              at(9 + i), story.records);
    store.add(story.records);
  }
  EXPECT_THAT(pushed(), ElementsAre());
  EXPECT_TRUE(story.records.empty());
  store.put(story.records, at(20));
  EXPECT_THAT(pushed(), ElementsAre("events 1+3"));
}

TEST_F(StoreTest, EverySequenceIsStoredOrCountedAsLost) {
  Store store = store_with(2000);
  std::uint64_t lost = 0;
  std::uint64_t stored = 0;
  for (int i = 0; i < 2000; ++i) {
    full = i % 7 >= 4;
    i % 3 == 0 ? put_dump(store, i * 100, alice) : put_line(store, i * 100);
  }
  full = false;
  put_line(store, 1e6);
  put_line(store, 1e6 + 1);
  for (const Batch& batch : batches) {
    for (std::string_view rest = batch.lines; !rest.empty(); ++stored) {
      const auto record = parse_record(take_until(rest, '\n'));
      if (record->loss) lost += *record->loss->count;
    }
  }
  EXPECT_GT(lost, 100U);
  Records probe;
  story.auditor.on_loss("end", {}, at(1e6 + 2), probe);
  put_line(store, 1e6 + 3);
  const std::uint64_t events = batches.back().first_sequence - 1;
  EXPECT_EQ(stored + lost, events + probe.front().sequence - 1);
}

}  // namespace
}  // namespace wgaudit
