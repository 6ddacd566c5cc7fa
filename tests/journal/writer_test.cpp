#include "shell/journal/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <numeric>

#include "journal/stored.hpp"
#include "shell/journal/segments.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::writer_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;

/// A writer on a temporary folder, and what it told.
class WriterTest : public testing::Test {
 protected:
  WriterTest() : journal(folder.path(), Stream::journal), events(folder.path(), Stream::events) {
    journal.open();
    events.open();
  }

  void start(std::uint64_t events_bytes = 1U << 30U,
             std::chrono::milliseconds long_refusal = std::chrono::hours(1)) {
    const auto space = [this](const auto&) { return DiskSpace{free, disk_size}; };
    writer.emplace(Writer::Options{folder.path(), {events_bytes, 0, {}}, long_refusal, space},
                   journal, events,
                   Writer::Listener{[this](std::uint64_t last) { note(fmt::format("{}", last)); },
                                    [this] {
                                      for (const auto& deletion : writer->take_deleted()) {
                                        tell(deletion);
                                      }
                                    },
                                    [this](std::string line) { note(std::move(line)); }});
    writer->start();
  }

  void note(std::string text) {
    const std::lock_guard lock(mutex);
    told.push_back(std::move(text));
    changed.notify_all();
  }

  /// As the daemon does, in the next record of the journal.
  void tell(const Deletion& deletion) {
    note(fmt::format("{} {}-{}", deletion.by_others ? "removed" : "deleted", deletion.records.first,
                     deletion.records.last));
    if (!deletion.by_others)
      writer->delete_records(Stream::events, deletion.records.last, ++told_deletions);
  }

  std::vector<std::uint64_t> events_left() const {
    return read_sequences(folder.path(), 1, Stream::events);
  }

  /// Waits until something was told that holds `text`.
  bool was_told(const std::string& text) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] {
      for (const auto& line : told) {
        if (line.find(text) != std::string::npos) return true;
      }
      return false;
    });
  }

  std::uint64_t four_events() { return events_batch(1, 4).lines.size(); }

  /// Five segments of four events, where there is room for two: it is told that three must go.
  void start_with_too_many_events(std::chrono::milliseconds long_refusal) {
    start(2 * four_events() + four_events() / 2, long_refusal);
    for (std::uint64_t i = 0; i < 5; ++i) {
      Batch batch = events_batch(4 * i + 1, 4 * i + 4);
      batch.begins_segment = true;
      writer->push(std::move(batch));
    }
    writer->settle();
  }

  void push_what_the_disk_refuses() {
    std::filesystem::create_directory(folder.path() / "journal-00000000000000000001.jsonl");
    writer->push(numbered_batch(1, 3));
    writer->settle();
  }

  Batch events_batch(std::uint64_t first, std::uint64_t last) {
    Batch batch = numbered_batch(first, last);
    batch.stream = Stream::events;
    return batch;
  }

  static constexpr std::uint64_t disk_size = 1'000'000;
  static constexpr std::uint64_t kept_free = 20'000;
  std::atomic<std::uint64_t> free = disk_size;

  TemporaryFolder folder;
  SegmentWriter journal;
  SegmentWriter events;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> told;
  std::uint64_t told_deletions = 0;
  std::optional<Writer> writer;
};

TEST_F(WriterTest, WritesBothStreamsAndTells) {
  start();
  EXPECT_TRUE(writer->push(numbered_batch(1, 3)));
  EXPECT_TRUE(writer->push(events_batch(1, 2)));
  EXPECT_TRUE(writer->push(numbered_batch(4, 4)));
  EXPECT_EQ(writer->stop(), 0U);
  EXPECT_THAT(read_sequences(folder.path()), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(read_sequences(folder.path(), 1, Stream::events), ElementsAre(1, 2));
  EXPECT_EQ(told.back(), "4");
}

TEST_F(WriterTest, SaysHowFarItHasComeAndWhatWaits) {
  const auto blocked = folder.path() / "journal-00000000000000000001.jsonl";
  std::filesystem::create_directory(blocked);
  start();
  writer->push(numbered_batch(1, 2));
  ASSERT_TRUE(was_told("waits"));
  writer->settle();
  EXPECT_TRUE(writer->status().refuses);
  EXPECT_EQ(writer->status().journal_synced, 0U);
  EXPECT_EQ(writer->status().waiting_records, 2U);
  EXPECT_EQ(writer->status().waiting_bytes, numbered_batch(1, 2).lines.size());
  std::filesystem::remove(blocked);
  EXPECT_EQ(writer->stop(), 0U);
  EXPECT_FALSE(writer->status().refuses);
  EXPECT_EQ(writer->status().journal_synced, 2U);
  EXPECT_EQ(writer->status().waiting_records, 0U);
  EXPECT_EQ(writer->status().waiting_bytes, 0U);
}

TEST_F(WriterTest, GivesBuffersBackThatWereWritten) {
  start();
  EXPECT_EQ(writer->buffer().capacity(), std::string().capacity());
  writer->push(numbered_batch(1, 100));
  ASSERT_TRUE(was_told("100"));
  const std::string buffer = writer->buffer();
  EXPECT_TRUE(buffer.empty());
  EXPECT_GE(buffer.capacity(), numbered_batch(1, 100).lines.size());
  EXPECT_EQ(writer->buffer().capacity(), std::string().capacity()) << "each only once";
}

TEST_F(WriterTest, EventsFindTheQueueFullBeforeTheJournalDoes) {
  std::filesystem::create_directory(folder.path() / "journal-00000000000000000001.jsonl");
  start();
  ASSERT_TRUE(writer->push(numbered_batch(1, 1)));
  ASSERT_TRUE(was_told("waits"));
  Batch large;
  large.stream = Stream::events;
  large.lines.assign(33U << 20U, 'x');
  EXPECT_FALSE(writer->push(large));
  large.stream = Stream::journal;
  EXPECT_TRUE(writer->push(large));
  EXPECT_FALSE(writer->push(large));
  std::filesystem::remove(folder.path() / "journal-00000000000000000001.jsonl");
  writer->stop();
}

TEST_F(WriterTest, ADiskThatRefusesIsToldOnceAndTheBacklogIsWrittenInOrder) {
  const auto blocked = folder.path() / "journal-00000000000000000001.jsonl";
  std::filesystem::create_directory(blocked);
  start();
  writer->push(numbered_batch(1, 2));
  ASSERT_TRUE(was_told("waits"));
  writer->push(events_batch(1, 1));
  writer->push(numbered_batch(3, 3));
  std::filesystem::remove(blocked);
  ASSERT_TRUE(was_told("works again"));
  EXPECT_EQ(writer->stop(), 0U);
  EXPECT_THAT(read_sequences(folder.path()), ElementsAre(1, 2, 3));
  const auto troubles = std::count_if(told.begin(), told.end(), [](const std::string& line) {
    return line.find("File exists; what is recorded waits") != std::string::npos;
  });
  EXPECT_EQ(troubles, 1);
}

TEST_F(WriterTest, EventsThatWaitAreJoinedButNotOverASegmentsEnd) {
  const auto blocked = folder.path() / "journal-00000000000000000001.jsonl";
  std::filesystem::create_directory(blocked);
  start();
  writer->push(numbered_batch(1, 1));
  ASSERT_TRUE(was_told("waits"));
  Batch next_segment = events_batch(5, 6);
  next_segment.begins_segment = true;
  writer->push(events_batch(1, 2));
  writer->push(events_batch(3, 4));
  writer->push(std::move(next_segment));
  writer->push(events_batch(7, 7));
  EXPECT_EQ(writer->stop(), 8U) << "all is counted";
  std::filesystem::remove(blocked);
}

TEST_F(WriterTest, JoinedEventsAreWrittenWhole) {
  start();
  for (std::uint64_t first = 1; first <= 999; first += 2) {
    Batch batch = events_batch(first, first + 1);
    batch.begins_segment = first == 501;
    writer->push(std::move(batch));
  }
  EXPECT_EQ(writer->stop(), 0U);
  std::vector<std::uint64_t> wanted(1000);
  std::iota(wanted.begin(), wanted.end(), 1U);
  EXPECT_EQ(read_sequences(folder.path(), 1, Stream::events), wanted);
  EXPECT_EQ(read_sequences(folder.path(), 501, Stream::events).front(), 501U);
  EXPECT_EQ(list_segments(folder.path(), Stream::events).size(), 2U);
}

TEST_F(WriterTest, WhatCannotBeWrittenBeforeTheEndIsCounted) {
  std::filesystem::create_directory(folder.path() / "journal-00000000000000000001.jsonl");
  start();
  writer->push(numbered_batch(1, 2));
  EXPECT_EQ(writer->stop(), 2U);
}

TEST_F(WriterTest, TheOldestEventsGoBeyondTheirShareWhenThatIsTold) {
  start_with_too_many_events(std::chrono::hours(1));
  EXPECT_THAT(told, ElementsAre("deleted 1-4", "deleted 5-8", "deleted 9-12"));
  EXPECT_THAT(events_left(), SizeIs(20)) << "a crash now would leave a gap that no record explains";
  writer->push(numbered_batch(1, 2));
  EXPECT_EQ(writer->stop(), 0U);
  EXPECT_THAT(events_left(), ElementsAre(9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
}

TEST_F(WriterTest, ADiskThatRefusesForAShortTimeHasNothingDeletedUntold) {
  start_with_too_many_events(std::chrono::hours(1));
  push_what_the_disk_refuses();
  EXPECT_THAT(events_left(), SizeIs(20));
}

TEST_F(WriterTest, ADiskThatRefusesForLongMayBeFullOfEvents) {
  start_with_too_many_events(std::chrono::milliseconds(0));
  push_what_the_disk_refuses();
  EXPECT_THAT(events_left(), ElementsAre(13, 14, 15, 16, 17, 18, 19, 20));
}

TEST_F(WriterTest, WhereTheDiskRefusesToTheEndNothingIsDeletedUntold) {
  start_with_too_many_events(std::chrono::milliseconds(0));
  writer->stop_deleting();
  push_what_the_disk_refuses();
  EXPECT_THAT(events_left(), SizeIs(20));
  EXPECT_EQ(writer->stop(), 3U);
  EXPECT_THAT(events_left(), SizeIs(20));
}

TEST_F(WriterTest, OnADiskThatIsNearlyFullOnlyEventsWait) {
  free = kept_free / 4;
  start();
  writer->push(events_batch(1, 4));
  writer->push(numbered_batch(1, 3));
  EXPECT_TRUE(was_told("3"));
  EXPECT_TRUE(was_told("the disk is nearly full"));
  EXPECT_THAT(events_left(), SizeIs(0));
  EXPECT_FALSE(writer->settle()) << "not all events are on the disk";
  free = disk_size;
  EXPECT_TRUE(was_told("there is room for events again"));
  EXPECT_TRUE(writer->settle());
  EXPECT_THAT(events_left(), ElementsAre(1, 2, 3, 4));
}

TEST_F(WriterTest, EventsThatWaitForRoomAreWrittenAtTheEnd) {
  free = 0;
  start();
  writer->push(events_batch(1, 4));
  EXPECT_TRUE(was_told("the disk is nearly full"));
  EXPECT_EQ(writer->stop(), 0U);
  EXPECT_THAT(events_left(), ElementsAre(1, 2, 3, 4));
}

TEST_F(WriterTest, TheOldestEventsGoFromADiskThatIsNearlyFull) {
  for (std::uint64_t i = 0; i < 5; ++i) {
    Batch batch = events_batch(4 * i + 1, 4 * i + 4);
    batch.begins_segment = true;
    ASSERT_TRUE(events.append(batch));
  }
  free = kept_free - four_events() - 1;
  start();
  writer->push(numbered_batch(1, 1));
  EXPECT_TRUE(was_told("deleted 1-8"));
  writer->push(numbered_batch(2, 2));
  EXPECT_EQ(writer->stop(), 0U);
  EXPECT_THAT(events_left(), ElementsAre(9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
}

TEST_F(WriterTest, ASegmentThatWasRemovedIsToldBeforeTheEnd) {
  start();
  writer->push(numbered_batch(1, 2));
  ASSERT_TRUE(was_told("2"));
  std::filesystem::remove(folder.path() / "journal-00000000000000000001.jsonl");
  writer->settle();
  EXPECT_THAT(told, Contains("removed 1-2"));
}

}  // namespace
}  // namespace wgaudit::writer_test
