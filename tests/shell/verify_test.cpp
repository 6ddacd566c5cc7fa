#include "shell/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;

constexpr const char* first_segment = "journal-00000000000000000001.jsonl";
constexpr const char* next_segment = "journal-00000000000000000003.jsonl";

std::string line_of(std::uint64_t sequence) {
  Record record;
  record.sequence = sequence;
  record.timestamp = record.created = story_start();
  record.action = Action::monitor_stopped;
  record.monitor = MonitorFacts{};
  record.message = "record";
  return noted_json(record) + "\n";
}

struct Verified {
  bool is_intact;
  std::vector<std::string> lines;
};

Verified verified(const TemporaryFolder& folder) {
  Verified result;
  result.is_intact =
      verify(folder.path(), [&](const std::string& line) { result.lines.push_back(line); });
  return result;
}

TEST(Verify, ReadsTheSegmentsInOrder) {
  const TemporaryFolder folder;
  folder.write(next_segment, line_of(3));
  folder.write(first_segment, line_of(1) + line_of(2));
  const auto [is_intact, lines] = verified(folder);
  EXPECT_TRUE(is_intact);
  EXPECT_THAT(lines, ElementsAre("3 records in 2 segments: intact"));
}

TEST(Verify, TellsEachFaultAndThatThereAreSome) {
  const TemporaryFolder folder;
  folder.write(first_segment, line_of(1) + "nonsense\n");
  folder.write(next_segment, line_of(3));
  const auto [is_intact, lines] = verified(folder);
  EXPECT_FALSE(is_intact);
  EXPECT_THAT(lines,
              ElementsAre("journal-00000000000000000001.jsonl:2: is no record: not JSON",
                          "journal-00000000000000000003.jsonl:1: record 3: before it, record 2 is "
                          "missing and no record says why",
                          "2 records in 2 segments: faults: 2"));
}

TEST(Verify, OnlyTheLastSegmentMayEndWithinALine) {
  const TemporaryFolder folder;
  folder.write(first_segment, line_of(1) + line_of(2));
  folder.write(next_segment, line_of(3) + line_of(4).substr(0, 30));
  EXPECT_TRUE(verified(folder).is_intact);
  folder.write(first_segment, line_of(1) + line_of(2) + "{\"v\"");
  EXPECT_THAT(verified(folder).lines,
              ElementsAre("journal-00000000000000000001.jsonl:3: is not finished",
                          "3 records in 2 segments: faults: 1"));
}

TEST(Verify, AFolderWithoutAJournalIsAnErrorOfIts) {
  const TemporaryFolder folder;
  try {
    verified(folder);
    FAIL() << "it was verified";
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 74);
    EXPECT_EQ(error.what(),
              folder.path().string() + ": there is no journal; name its folder with --journal");
  }
}

}  // namespace
}  // namespace wgaudit
