#include "shell/readers/tail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/stored.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::tail_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A journal, and what a reader of it was given.
class TailTest : public testing::Test {
 protected:
  TailTest() : journal(folder.path(), Stream::journal) { journal.open(); }

  void append(std::uint64_t sequence, std::string_view of = "", bool begins_segment = false) {
    Record record = numbered_record(sequence);
    if (!of.empty()) record.interface = *parse_interface_name(of);
    Batch batch;
    batch.begins_segment = begins_segment;
    batch.first_sequence = batch.last_sequence = sequence;
    batch.count = 1;
    batch.lines = noted_json(record) + "\n";
    ASSERT_TRUE(journal.append(batch));
  }

  void append_all(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t sequence = first; sequence <= last; ++sequence) append(sequence);
  }

  void remove_segment(std::uint64_t first) {
    std::filesystem::remove(segment_path(folder.path(), Stream::journal, first));
  }

  Tail opened(std::uint64_t first_of_run = 1) {
    Tail tail({folder.path(), folder.path() / "reader.cursor", interface});
    tail.open(first_of_run);
    return tail;
  }

  Tail::Stop read(Tail& tail, std::uint64_t synced = 1000, std::size_t limit = Tail::no_limit) {
    given.clear();
    return tail.read_to(synced,
                        {[this](const Tail::Entry& entry) { return take(entry); },
                         [this](const Tail::Gap& gap) { return take_gap(gap); }},
                        limit);
  }

  Tail::Answer take(const Tail::Entry& entry) {
    const std::uint64_t sequence = entry.record.sequence;
    if (sequence == refused) return Tail::Answer::not_taken;
    given.push_back(fmt::format("{}{}", sequence, entry.is_replay ? " again" : ""));
    return starts ? Tail::Answer::started : Tail::Answer::done;
  }

  bool take_gap(const Tail::Gap& gap) {
    given.push_back(fmt::format("{}-{} are gone", gap.records.first, gap.records.last));
    return takes_gaps;
  }

  std::string stored_cursor() {
    CursorFile file;
    file.open(folder.path() / "reader.cursor", "none");
    return file.text();
  }

  TemporaryFolder folder;
  SegmentWriter journal;
  std::optional<InterfaceName> interface;
  std::vector<std::string> given;
  std::uint64_t refused = 0;
  bool starts = false;
  bool takes_gaps = true;
};

TEST_F(TailTest, GivesEachRecordOnceInOrderAndNoneThatIsNotOnTheDisk) {
  append_all(1, 3);
  Tail tail = opened();
  EXPECT_EQ(read(tail, 2), Tail::Stop::at_end);
  EXPECT_THAT(given, ElementsAre("1", "2"));
  EXPECT_EQ(read(tail, 2), Tail::Stop::at_end);
  EXPECT_THAT(given, IsEmpty());
  append(4);
  read(tail, 4);
  EXPECT_THAT(given, ElementsAre("3", "4"));
  EXPECT_EQ(tail.next_sequence(), 5U);
}

TEST_F(TailTest, ANewRunBeginsWithTheFirstThatIsNotDone) {
  append_all(1, 2);
  Tail first = opened();
  EXPECT_EQ(stored_cursor(), "1") << "even if this run dies now";
  read(first);
  first.store();
  append_all(3, 4);
  Tail second = opened(4);
  read(second);
  EXPECT_THAT(given, ElementsAre("3 again", "4"));
}

TEST_F(TailTest, WithoutACursorItBeginsWithTheFirstOfTheRun) {
  append_all(1, 3);
  Tail tail = opened(3);
  read(tail);
  EXPECT_THAT(given, ElementsAre("3"));
}

TEST_F(TailTest, ACursorAheadOfANewJournalIsNotWaitedFor) {
  CursorFile().open(folder.path() / "reader.cursor", "99");
  append_all(1, 2);
  Tail tail = opened(1);
  read(tail);
  EXPECT_THAT(given, ElementsAre("1", "2"));
}

TEST_F(TailTest, ARecordThatIsNotTakenIsGivenAgain) {
  append_all(1, 3);
  Tail tail = opened();
  refused = 2;
  EXPECT_EQ(read(tail), Tail::Stop::not_taken);
  EXPECT_THAT(given, ElementsAre("1"));
  EXPECT_EQ(tail.next_sequence(), 2U);
  refused = 0;
  EXPECT_EQ(read(tail), Tail::Stop::at_end);
  EXPECT_THAT(given, ElementsAre("2", "3"));
}

TEST_F(TailTest, WhatWasStartedMayBeDoneInAnyOrder) {
  append_all(1, 4);
  Tail tail = opened();
  starts = true;
  read(tail, 3);
  EXPECT_EQ(tail.started(), 3U);
  tail.done(2);
  EXPECT_EQ(tail.next_sequence(), 1U);
  tail.done(1);
  EXPECT_EQ(tail.next_sequence(), 3U);
  tail.store();
  EXPECT_EQ(stored_cursor(), "3");
  tail.done(3);
  EXPECT_EQ(tail.next_sequence(), 4U);
}

TEST_F(TailTest, ReadsNoMoreAtOnceThanItIsAllowed) {
  append_all(1, 3);
  Tail tail = opened();
  EXPECT_EQ(read(tail, 1000, 2), Tail::Stop::at_limit);
  EXPECT_THAT(given, ElementsAre("1", "2"));
  EXPECT_EQ(read(tail, 1000, 2), Tail::Stop::at_end);
  EXPECT_THAT(given, ElementsAre("3"));
}

TEST_F(TailTest, RecordsOfOtherInterfacesCountForTheLimitAndAreNotGiven) {
  append(1, "wg0");
  append(2, "wg1");
  append(3, "wg1");
  append(4);
  interface = parse_interface_name("wg0");
  Tail tail = opened();
  EXPECT_EQ(read(tail, 1000, 3), Tail::Stop::at_limit);
  EXPECT_THAT(given, ElementsAre("1"));
  EXPECT_EQ(tail.next_sequence(), 4U);
  read(tail);
  EXPECT_THAT(given, ElementsAre("4")) << "a record of no interface concerns all of them";
}

TEST_F(TailTest, AGapIsGivenBeforeTheRecordAfterItEvenIfThatIsOfAnotherInterface) {
  append(1);
  append(2, "", true);
  append(3, "wg1", true);
  append(4, "wg0");
  interface = parse_interface_name("wg0");
  Tail tail = opened();
  remove_segment(1);
  remove_segment(2);
  takes_gaps = false;
  EXPECT_EQ(read(tail), Tail::Stop::not_taken);
  EXPECT_THAT(given, ElementsAre("1-2 are gone"));
  EXPECT_EQ(tail.next_sequence(), 1U) << "the next run has to hear of it";
  takes_gaps = true;
  read(tail);
  EXPECT_THAT(given, ElementsAre("1-2 are gone", "4"));
}

TEST_F(TailTest, KeepsANoteOfItsReader) {
  append_all(1, 2);
  Tail first({folder.path(), folder.path() / "reader.cursor", {}});
  first.open(1, "a|b");
  EXPECT_EQ(first.note(), "a|b");
  read(first);
  first.store("c|d");
  EXPECT_EQ(stored_cursor(), "3|c|d");
  EXPECT_EQ(opened(3).note(), "c|d");
}

TEST_F(TailTest, GoesBackToThePlaceThatWasStored) {
  append_all(1, 3);
  Tail tail = opened();
  read(tail, 1);
  tail.store();
  read(tail);
  EXPECT_THAT(given, ElementsAre("2", "3"));
  tail.rewind();
  read(tail);
  EXPECT_THAT(given, ElementsAre("2", "3"));
}

}  // namespace
}  // namespace wgaudit::tail_test
