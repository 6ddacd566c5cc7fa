#include "shell/journal/retention.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "journal/stored.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::retention_test {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::SizeIs;

/// Segments of two records each, a day apart, the first of the story's first day.
class RetentionTest : public testing::Test {
 protected:
  void write_segments(Stream stream, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string text;
      for (const std::uint64_t sequence : {2 * i + 1, 2 * i + 2}) {
        Record record = numbered_record(sequence);
        record.created = story_start() + days(i);
        text += noted_json(record) + '\n';
      }
      size = text.size();
      folder.write(segment_path({}, stream, 2 * i + 1).string(), text);
    }
  }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      found.push_back(entry.path().filename());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  static std::string spelt(const std::optional<SequenceRange>& records) {
    return records ? fmt::format("{}-{}", records->first, records->last) : "none";
  }

  TemporaryFolder folder;
  std::uint64_t size = 0;  ///< Size of a segment.
};

TEST_F(RetentionTest, NothingOfTheJournalGoesWithoutALimit) {
  write_segments(Stream::journal, 5);
  Retention retention(folder.path(), {});
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, story_start() + days(9999))), "none");
}

TEST_F(RetentionTest, TheOldestGoUntilTheRestFits) {
  for (const Stream stream : {Stream::journal, Stream::events}) {
    write_segments(stream, 5);
    Retention retention(folder.path(), {3 * size, 3 * size, {}});
    EXPECT_EQ(spelt(retention.condemn(stream, story_start())), "1-4");
    EXPECT_EQ(spelt(retention.condemn(stream, story_start())), "none") << "they are told once";
    Retention narrow(folder.path(), {1, 1, {}});
    const bool is_journal = stream == Stream::journal;
    EXPECT_EQ(spelt(narrow.condemn(stream, story_start())), is_journal ? "1-6" : "1-8");
  }
}

TEST_F(RetentionTest, OldSegmentsOfTheJournalGoOneAtATime) {
  write_segments(Stream::journal, 5);
  Retention retention(folder.path(), {UINT64_MAX, 0, days(10)});
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, story_start() + days(10))), "none");
  const auto later = story_start() + days(12);
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, later)), "1-2");
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, later)), "3-4");
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, later)), "none");
  const auto far = story_start() + days(9999);
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, far)), "5-6");
  EXPECT_EQ(spelt(retention.condemn(Stream::journal, far)), "none") << "the newest two stay";
}

TEST_F(RetentionTest, WhatIsRemovedOfTheJournalLeavesItsSealsOnce) {
  write_segments(Stream::journal, 3);
  const auto first = segment_path(folder.path(), Stream::journal, 1);
  const std::string seal = sealed_line();
  const std::string text = read_file(first) + seal;
  const Retention retention(folder.path(), {});
  for (int i = 0; i < 2; ++i) {
    folder.write(first.filename().string(), text);
    retention.remove(Stream::journal, 2);
    EXPECT_THAT(names(), ElementsAre("journal-00000000000000000003.jsonl",
                                     "journal-00000000000000000005.jsonl", "seals.jsonl"));
    EXPECT_EQ(read_file(folder.path() / "seals.jsonl"), seal);
  }
}

TEST_F(RetentionTest, ASegmentThatEndsWithoutASealLeavesItsLastLineToo) {
  write_segments(Stream::journal, 3);
  const std::string text = read_file(segment_path(folder.path(), Stream::journal, 1));
  EXPECT_TRUE(Retention(folder.path(), {}).remove(Stream::journal, 2));
  EXPECT_EQ(read_file(seals_path(folder.path())), text.substr(text.find('\n') + 1));
}

TEST_F(RetentionTest, WhatSomebodyDidToTheKeptLinesIsPutAside) {
  write_segments(Stream::journal, 3);
  folder.write("seals.jsonl", "no line of ours\nnor this\n");
  EXPECT_TRUE(Retention(folder.path(), {}).remove(Stream::journal, 2));
  EXPECT_EQ(read_file(folder.path() / "seals.jsonl.torn-0"), "no line of ours\nnor this\n");
}

TEST_F(RetentionTest, ASegmentWhoseSealsCannotBeKeptStays) {
  write_segments(Stream::journal, 3);
  std::filesystem::create_directory(folder.path() / "seals.jsonl");
  EXPECT_FALSE(Retention(folder.path(), {}).remove(Stream::journal, 2));
  EXPECT_THAT(names(), SizeIs(4));
}

TEST_F(RetentionTest, ASegmentThatCannotBeDeletedIsTold) {
  const auto folder_of_others = segment_path(folder.path(), Stream::events, 1);
  std::filesystem::create_directories(folder_of_others / "theirs");
  EXPECT_FALSE(Retention(folder.path(), {}).remove(Stream::events, 1));
  EXPECT_EQ(errno, ENOTEMPTY);
}

TEST_F(RetentionTest, ASegmentThatCannotBeReadStays) {
  write_segments(Stream::journal, 3);
  std::filesystem::remove(segment_path(folder.path(), Stream::journal, 1));
  folder.write("journal-00000000000000000001.jsonl.gz", "no gzip");
  EXPECT_FALSE(Retention(folder.path(), {}).remove(Stream::journal, 4));
  EXPECT_EQ(errno, EIO);
  EXPECT_THAT(names(), SizeIs(4));
}

}  // namespace
}  // namespace wgaudit::retention_test
