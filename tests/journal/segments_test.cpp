#include "shell/journal/segments.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "journal/stored.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::segments_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto first_segment = "journal-00000000000000000001.jsonl";

TEST(Segments, AreNamedAfterTheirFirstRecordAndListedInOrder) {
  const TemporaryFolder folder;
  EXPECT_EQ(segment_path("/j", Stream::journal, 1), std::string("/j/") + first_segment);
  for (const char* name :
       {"journal-00000000000000000100.jsonl", "journal-00000000000000000020.jsonl",
        "events-00000000000000000003.jsonl", "journal-5.jsonl",
        "journal-0000000000000000000x.jsonl", "journal-09223372036854775808.jsonl", "lock",
        "audit.log"}) {
    folder.write(name, "");
  }
  const auto pipe = folder.path() / "journal-00000000000000000050.jsonl";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::vector<std::uint64_t> firsts;
  for (const Segment& segment : list_segments(folder.path(), Stream::journal)) {
    firsts.push_back(segment.first_sequence);
  }
  EXPECT_THAT(firsts, ElementsAre(20, 100));
}

TEST(SegmentWriter, DoesNotBeginAnewWhereTheFolderCannotBeRead) {
  const TemporaryFolder folder;
  folder.write("journal", "");
  EXPECT_THROW(SegmentWriter(folder.path() / "journal", Stream::journal).open(), SetupError);
}

TEST(SegmentWriter, WhatIsAppendedIsReadInOrderAcrossSegments) {
  const TemporaryFolder folder;
  SegmentWriter writer(folder.path(), Stream::journal);
  EXPECT_EQ(writer.open().last_sequence, 0U);
  EXPECT_TRUE(writer.append(numbered_batch(1, 3)));
  Batch next = numbered_batch(4, 5);
  next.begins_segment = true;
  EXPECT_TRUE(writer.append(next));
  EXPECT_EQ(list_segments(folder.path(), Stream::journal).size(), 2U);
  EXPECT_THAT(read_sequences(folder.path()), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(read_sequences(folder.path(), 5), ElementsAre(5));
}

TEST(SegmentWriter, GoesOnWhereTheRunBeforeEnded) {
  const TemporaryFolder folder;
  {
    SegmentWriter writer(folder.path(), Stream::journal);
    writer.open();
    writer.append(numbered_batch(1, 3));
  }
  SegmentWriter writer(folder.path(), Stream::journal);
  const StreamEnd end = writer.open();
  EXPECT_EQ(end.last_sequence, 3U);
  EXPECT_EQ(end.torn_bytes, 0U);
  EXPECT_EQ(end.segment_bytes, chained_lines(1, 3).size());
  writer.append(numbered_batch(4, 4));
  EXPECT_THAT(read_sequences(folder.path()), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(read_file(folder.path() / first_segment), chained_lines(1, 4)) << "in one chain";
}

/// What is found, and left, of a segment that holds `text`.
struct Reopened {
  explicit Reopened(const std::string& text) {
    folder.write(first_segment, text);
    SegmentWriter writer(folder.path(), Stream::journal);
    end = writer.open();
    EXPECT_EQ(left(), text) << "nothing is changed yet";
    writer.cut();
    writer.append(numbered_batch(end.last_sequence + 1, end.last_sequence + 1));
  }
  std::string left() const { return read_file(folder.path() / first_segment); }
  std::string kept() const { return end.torn.empty() ? "" : read_file(end.torn); }

  TemporaryFolder folder;
  StreamEnd end;
};

// A kill leaves the beginning of a line; a power loss, when the file had been made longer before
// its bytes were written, zeros behind that or in its place.
TEST(SegmentWriter, CutsATornTailOfAnyLength) {
  const std::string lines = chained_lines(1, 3);
  const std::size_t second_end = chained_lines(1, 2).size();
  for (std::size_t size = second_end; size < lines.size(); ++size) {
    for (const std::size_t zeros : {std::size_t{0}, lines.size() - size}) {
      SCOPED_TRACE(fmt::format("{} and {} zeros", size, zeros));
      const Reopened reopened(lines.substr(0, size) + std::string(zeros, '\0'));
      EXPECT_EQ(reopened.end.last_sequence, 2U);
      EXPECT_EQ(reopened.end.torn_bytes, size - second_end + zeros);
      EXPECT_EQ(reopened.left(), lines);
      EXPECT_EQ(reopened.kept(), "");
    }
  }
}

// Pages reach the disk in any order.
TEST(SegmentWriter, WhatLiesBehindAHoleIsCutButKept) {
  const std::string lines = chained_lines(1, 9);
  const std::size_t second_end = chained_lines(1, 2).size();
  const std::size_t third_end = chained_lines(1, 3).size();
  for (std::size_t begin = second_end; begin < third_end; begin += 7) {
    SCOPED_TRACE(begin);
    std::string torn = lines;
    std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(begin), 300, '\0');
    const Reopened reopened(torn);
    EXPECT_EQ(reopened.end.last_sequence, 2U);
    EXPECT_EQ(reopened.left(), chained_lines(1, 3));
    EXPECT_EQ(reopened.kept(), torn.substr(second_end));
  }
}

TEST(SegmentWriter, WhatIsNoRecordIsCutButKept) {
  const std::string record = chained_lines(1, 1);
  for (const std::string& other :
       {std::string("not a record\n"), record, "{\"v\":1}\n" + chained_lines(2, 2)}) {
    SCOPED_TRACE(other);
    const Reopened reopened(record + other);
    EXPECT_EQ(reopened.end.last_sequence, 1U);
    EXPECT_EQ(reopened.left(), chained_lines(1, 2));
    EXPECT_EQ(reopened.kept(), other);
  }
}

TEST(SegmentWriter, ARecordOfALaterVersionIsWhole) {
  const std::string later = R"({"v":2,"@timestamp":"","event":{"sequence":7,"action":"new"}})"
                            "\n";
  const Reopened reopened(later);
  EXPECT_EQ(reopened.end.last_sequence, 7U);
  EXPECT_EQ(reopened.end.torn_bytes, 0U);
}

TEST(SegmentWriter, ASegmentThatIsRemovedIsFollowedByAnotherAndToldOf) {
  for (const bool with_folder : {false, true}) {
    SCOPED_TRACE(with_folder);
    const TemporaryFolder parent;
    const auto folder = parent.path() / "journal";
    std::filesystem::create_directory(folder);
    SegmentWriter writer(folder, Stream::journal);
    writer.open();
    writer.append(numbered_batch(1, 3));
    EXPECT_THAT(writer.take_vanished(), IsEmpty());
    std::filesystem::remove_all(with_folder ? folder : folder / first_segment);
    EXPECT_TRUE(writer.append(numbered_batch(4, 5)));
    const auto vanished = writer.take_vanished();
    ASSERT_EQ(vanished.size(), 1U);
    EXPECT_EQ(vanished[0].first, 1U);
    EXPECT_EQ(vanished[0].last, 3U);
    EXPECT_TRUE(writer.sync());
    EXPECT_THAT(read_sequences(folder), ElementsAre(4, 5));
  }
}

TEST(SegmentWriter, AnEmptyOrWhollyTornSegmentStillTellsItsNumber) {
  for (const char* text : {"", "{\"v\":1,"}) {
    const TemporaryFolder folder;
    folder.write("journal-00000000000000000008.jsonl", text);
    SegmentWriter writer(folder.path(), Stream::journal);
    EXPECT_EQ(writer.open().last_sequence, 7U);
  }
}

TEST(SegmentWriter, AnEmptySegmentIsReplacedByOneThatIsNamedAfterItsFirstRecord) {
  const TemporaryFolder folder;
  folder.write("journal-00000000000000000008.jsonl", "");
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  EXPECT_TRUE(writer.append(numbered_batch(20, 21)));
  const auto segments = list_segments(folder.path(), Stream::journal);
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments.front().first_sequence, 20U);
  EXPECT_THAT(read_sequences(folder.path()), ElementsAre(20, 21));
}

TEST(SegmentWriter, TheChainGoesOnOverAnEmptySegment) {
  const TemporaryFolder folder;
  folder.write(first_segment, chained_lines(1, 3));
  folder.write("journal-00000000000000000004.jsonl", "{\"v\":1,");
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  writer.cut();
  EXPECT_TRUE(writer.append(numbered_batch(4, 5)));
  EXPECT_EQ(chained_lines(1, 3) + read_file(writer.path()), chained_lines(1, 5));
}

TEST(SegmentWriter, ALongLastLineIsFound) {
  const TemporaryFolder folder;
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  Batch batch;
  batch.first_sequence = batch.last_sequence = 1;
  batch.count = 1;
  batch.lines = noted_json(numbered_record(1, std::string(100'000, 'x'))) + "\n";
  writer.append(batch);
  EXPECT_EQ(SegmentWriter(folder.path(), Stream::journal).open().last_sequence, 1U);
}

/// No file may grow beyond `size` while this lives: the disk is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{size, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(SegmentWriter, ABatchThatDoesNotFitLeavesNoPartOfItself) {
  const TemporaryFolder folder;
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  ASSERT_TRUE(writer.append(numbered_batch(1, 2)));
  const std::string before = read_file(folder.path() / first_segment);
  const Batch batch = numbered_batch(3, 9);
  {
    const FileSizeLimit full(before.size() + 100);
    EXPECT_FALSE(writer.append(batch));
    EXPECT_EQ(read_file(folder.path() / first_segment), before);
  }
  EXPECT_TRUE(writer.append(batch));
  EXPECT_THAT(read_sequences(folder.path(), 8), ElementsAre(8, 9));
  EXPECT_EQ(read_file(folder.path() / first_segment), chained_lines(1, 9))
      << "what was refused left no trace in the chain";
}

TEST(JournalReader, WaitsForALineToBeWhole) {
  const TemporaryFolder folder;
  const std::string lines = numbered_batch(1, 2).lines;
  folder.write(first_segment, lines.substr(0, lines.size() - 5));
  JournalReader reader(folder.path(), Stream::journal, 1);
  EXPECT_THAT(read_sequences(reader), ElementsAre(1));
  std::ofstream(folder.path() / first_segment, std::ios::app) << lines.substr(lines.size() - 5);
  EXPECT_THAT(read_sequences(reader), ElementsAre(2));
  EXPECT_THAT(read_sequences(reader), IsEmpty());
}

TEST(JournalReader, GoesOnIntoASegmentThatComesLater) {
  const TemporaryFolder folder;
  JournalReader reader(folder.path(), Stream::journal, 1);
  EXPECT_THAT(read_sequences(reader), IsEmpty());
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  writer.append(numbered_batch(1, 2));
  EXPECT_THAT(read_sequences(reader), ElementsAre(1, 2));
  writer.append(numbered_batch(3, 3));
  Batch next = numbered_batch(4, 4);
  next.begins_segment = true;
  writer.append(next);
  EXPECT_THAT(read_sequences(reader), ElementsAre(3, 4));
}

TEST(JournalReader, PassesOverAndCountsWhatIsNoRecord) {
  const TemporaryFolder folder;
  folder.write(first_segment,
               numbered_batch(1, 1).lines + "scribble\n" + numbered_batch(2, 2).lines);
  JournalReader reader(folder.path(), Stream::journal, 1);
  EXPECT_THAT(read_sequences(reader), ElementsAre(1, 2));
  EXPECT_EQ(reader.unreadable_lines(), 1U);
}

TEST(JournalReader, BeginsWithTheOldestThatIsLeft) {
  const TemporaryFolder folder;
  folder.write("journal-00000000000000000005.jsonl", numbered_batch(5, 6).lines);
  JournalReader reader(folder.path(), Stream::journal, 2);
  EXPECT_THAT(read_sequences(reader), ElementsAre(5, 6));
  const auto missed = reader.take_missed();
  ASSERT_TRUE(missed);
  EXPECT_EQ(missed->first, 2U);
  EXPECT_EQ(missed->last, 4U);
  EXPECT_FALSE(reader.take_missed());
}

}  // namespace
}  // namespace wgaudit::segments_test
