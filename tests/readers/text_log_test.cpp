#include "shell/readers/text_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "journal/stored.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit::text_log_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A journal folder with a text log in it.
class TextLogTest : public testing::Test {
 protected:
  TextLogTest() : journal(folder.path(), Stream::journal), path(folder.path() / "audit.log") {
    journal.open();
  }

  /// Appends records whose lines are `evidence NUMBER`.
  void append(std::uint64_t first, std::uint64_t last, bool begins_segment = false) {
    for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
      Batch batch;
      batch.begins_segment = begins_segment && sequence == first;
      batch.first_sequence = batch.last_sequence = sequence;
      batch.count = 1;
      batch.lines =
          noted_json(numbered_record(sequence, fmt::format("evidence {}", sequence))) + "\n";
      ASSERT_TRUE(journal.append(batch));
    }
  }

  TextLog opened(std::uint64_t first = 1) {
    TextLog log({path, folder.path(), {}});
    log.open(first);
    return log;
  }

  /// Before it stores its cursor behind the last lines.
  void crash(TextLog /*log*/) {
    const auto file = folder.path() / "audit-log.cursor";
    std::string text = read_file(file);
    constexpr std::size_t second = 128;
    const bool is_second_last = std::stoull(text.substr(second)) > std::stoull(text);
    text[is_second_last ? second : 0] = 'x';
    folder.write("audit-log.cursor", text);
  }

  /// `change` is made to the file of a run that goes on and then crashes.
  void expect_only_new_lines_after(const std::function<void()>& change) {
    append(1, 2);
    TextLog log = opened();
    log.catch_up(UINT64_MAX);
    change();
    append(3, 4);
    log.catch_up(UINT64_MAX);
    crash(std::move(log));
    opened(99).catch_up(UINT64_MAX);
    EXPECT_THAT(lines(path), ElementsAre("3", "4"));
  }

  /// The numbers in the log's lines.
  std::vector<std::string> lines(const std::filesystem::path& file) {
    std::vector<std::string> numbers;
    const std::string text = read_file(file);
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = take_until(rest, '\n');
      numbers.emplace_back(line.substr(line.rfind(' ') + 1));
    }
    return numbers;
  }

  TemporaryFolder folder;
  SegmentWriter journal;
  std::filesystem::path path;
};

TEST_F(TextLogTest, RendersEachRecordOnce) {
  TextLog log = opened();
  append(1, 2);
  EXPECT_TRUE(log.catch_up(UINT64_MAX));
  EXPECT_TRUE(log.catch_up(UINT64_MAX));
  append(3, 3);
  EXPECT_TRUE(log.catch_up(UINT64_MAX));
  EXPECT_THAT(lines(path), ElementsAre("1", "2", "3"));
}

TEST_F(TextLogTest, ARestartGoesOnBehindTheCursor) {
  append(1, 2);
  opened().catch_up(UINT64_MAX);
  append(3, 3);
  opened(99).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "2", "3"));
}

TEST_F(TextLogTest, WhatACrashLeftBehindTheCursorIsCutAndRenderedAgain) {
  append(1, 2);
  opened().catch_up(UINT64_MAX);
  std::ofstream(path, std::ios::app) << "2026-11-21 07:00:00 [WARN] evidence 3\n2026-11-2";
  append(3, 4);
  opened(5).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "2", "3", "4"));
}

TEST_F(TextLogTest, AWarningOfTheStartIsThereOnceWhateverCrashes) {
  append(1, 1);
  TextLog log = opened();
  log.catch_up(UINT64_MAX);
  log.warn({"warning 7", "warning 8"}, {});
  crash(std::move(log));
  append(2, 2);
  opened(99).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "7", "8", "2"));
}

TEST_F(TextLogTest, AFileRotatedAwayWhileItWasDownIsLeftAlone) {
  append(1, 2);
  opened().catch_up(UINT64_MAX);
  std::filesystem::rename(path, path.string() + ".1");
  append(3, 3);
  opened(4).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path.string() + ".1"), ElementsAre("1", "2"));
  EXPECT_THAT(lines(path), ElementsAre("3"));
}

TEST_F(TextLogTest, WhatOthersWroteBehindTheCursorStays) {
  append(1, 2);
  opened().catch_up(UINT64_MAX);
  std::ofstream(path, std::ios::app) << "a line of somebody else 77\n";
  append(3, 3);
  opened(4).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "2", "77", "3"));
}

TEST_F(TextLogTest, ACursorAheadOfANewJournalIsNotWaitedFor) {
  append(1, 5);
  opened().catch_up(UINT64_MAX);
  std::filesystem::remove(journal.path());
  journal = SegmentWriter(folder.path(), Stream::journal);
  journal.open();
  TextLog log = opened(1);
  append(1, 1);
  log.catch_up(UINT64_MAX);
  EXPECT_EQ(lines(path).back(), "1");
}

TEST_F(TextLogTest, AFileThatWasTruncatedIsContinuedFromItsStart) {
  TextLog log = opened();
  append(1, 2);
  log.catch_up(UINT64_MAX);
  std::filesystem::resize_file(path, 0);
  append(3, 3);
  log.catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("3"));
}

TEST_F(TextLogTest, TwoDaemonsDoNotWriteOneFile) {
  const TextLog log = opened();
  try {
    opened();
    FAIL() << "was opened twice";
  } catch (const SetupError& error) {
    EXPECT_THAT(error.what(), HasSubstr("another wgaudit writes it; name another"));
  }
}

TEST_F(TextLogTest, ReopeningLosesNoLine) {
  TextLog log = opened();
  append(1, 2);
  log.catch_up(UINT64_MAX);
  std::filesystem::rename(path, path.string() + ".1");
  append(3, 3);
  log.catch_up(UINT64_MAX);
  EXPECT_TRUE(log.reopen(story_start()));
  append(4, 4);
  log.catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path.string() + ".1"), ElementsAre("1", "2", "3", "file..."));
  EXPECT_THAT(lines(path), ElementsAre("successfully.", "4"));
  EXPECT_THAT(read_file(path), HasSubstr(" Log file reopened successfully.\n"));
}

TEST_F(TextLogTest, WithoutACursorItBeginsWhereItIsTold) {
  append(1, 5);
  opened(4).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("4", "5"));
}

TEST_F(TextLogTest, ALineThatTheDiskRefusesIsWrittenLater) {
  std::filesystem::create_symlink("/dev/full", path);
  TextLog log = opened();
  append(1, 2);
  EXPECT_FALSE(log.catch_up(UINT64_MAX));
  EXPECT_FALSE(log.catch_up(UINT64_MAX));
  std::filesystem::remove(path);
  log.reopen(story_start());
  EXPECT_TRUE(log.catch_up(UINT64_MAX));
  EXPECT_THAT(lines(path), ElementsAre("successfully.", "1", "2"));
}

TEST_F(TextLogTest, ALineThatTheDiskRefusesOutlivesARotationAndARestart) {
  std::filesystem::create_symlink("/dev/full", path);
  append(1, 2);
  {
    TextLog log = opened();
    EXPECT_FALSE(log.catch_up(UINT64_MAX));
    log.reopen(story_start());
  }
  std::filesystem::remove(path);
  EXPECT_TRUE(opened(99).catch_up(UINT64_MAX));
  EXPECT_THAT(lines(path), ElementsAre("1", "2"));
}

TEST_F(TextLogTest, AfterARemovalACrashDoublesNoLine) {
  expect_only_new_lines_after([this] { std::filesystem::remove(path); });
}

TEST_F(TextLogTest, AfterATruncationACrashDoublesNoLine) {
  expect_only_new_lines_after([this] { std::filesystem::resize_file(path, 0); });
}

TEST_F(TextLogTest, ALineTellsOfRecordsThatWereDeletedBeforeTheyHadOne) {
  append(1, 2);
  TextLog log = opened();
  log.catch_up(UINT64_MAX);
  append(3, 4, true);
  append(5, 6, true);
  for (const std::uint64_t first : {1U, 3U}) {
    std::filesystem::remove(segment_path(folder.path(), Stream::journal, first));
  }
  log.catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "2", "here", "5", "6"));
  EXPECT_THAT(read_file(path), HasSubstr(" [WARN] Records 3 to 4 are gone from the journal, and "
                                         "have no line here\n"));
  crash(std::move(log));
  opened(99).catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "2", "here", "5", "6"));
}

TEST_F(TextLogTest, OnlyTheWantedInterfaceIsShown) {
  TextLog log({path, folder.path(), parse_interface_name("wg0")});
  log.open(1);
  std::uint64_t sequence = 0;
  for (const char* interface : {"wg0", "wg1", ""}) {
    ++sequence;
    Record record = numbered_record(sequence, fmt::format("evidence {}", sequence));
    if (*interface != '\0') record.interface = *parse_interface_name(interface);
    Batch batch;
    batch.first_sequence = batch.last_sequence = sequence;
    batch.count = 1;
    batch.lines = noted_json(record) + "\n";
    journal.append(batch);
  }
  log.catch_up(UINT64_MAX);
  EXPECT_THAT(lines(path), ElementsAre("1", "3"));
}

TEST_F(TextLogTest, APathThatCannotBeOpenedIsAnErrorWithACure) {
  path = "/nonexistent/audit.log";
  try {
    opened();
    FAIL() << "was opened";
  } catch (const SetupError& error) {
    EXPECT_EQ(error.exit_code, 74);
    EXPECT_STREQ(error.what(),
                 "/nonexistent/audit.log: the audit log cannot be opened: No such file or "
                 "directory; name another with --log-path");
  }
}

}  // namespace
}  // namespace wgaudit::text_log_test
