#include "shell/readers/text_log_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "journal/stored.hpp"
#include "shell/journal/writer.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::text_log_thread_test {
namespace {

using testing::HasSubstr;

/// A writer of the journal and, woken by it, the thread of the text log.
class TextLogThreadTest : public testing::Test {
 protected:
  TextLogThreadTest() : path(folder.path() / "audit.log") {}

  void start() {
    TextLog log({path, folder.path(), {}});
    log.open(1);
    text_log.emplace(std::move(log), on_trouble);
    journal.open();
    events.open();
    writer.emplace(Writer::Options{folder.path(), {}}, journal, events,
                   Writer::Listener{[this](std::uint64_t last) {
                                      text_log->journal_written(last);
                                      note(fmt::format("synced {}", last));
                                    },
                                    [] {}, [](const std::string&) {}});
    writer->start();
  }

  std::string stop() {
    writer->stop();
    text_log->stop();
    return read_file(path);
  }

  void note(std::string line) {
    const std::lock_guard lock(mutex);
    noted.push_back(std::move(line));
    changed.notify_all();
  }

  bool wait_for(const std::string& text) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] {
      return std::any_of(noted.begin(), noted.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
      });
    });
  }

  TemporaryFolder folder;
  std::filesystem::path path;
  SegmentWriter journal{folder.path(), Stream::journal};
  SegmentWriter events{folder.path(), Stream::events};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> noted;
  std::function<void(std::string line)> on_trouble = [this](std::string line) {
    note(std::move(line));
  };
  std::optional<TextLogThread> text_log;
  std::optional<Writer> writer;
};

TEST_F(TextLogThreadTest, RendersWhatTheWriterHasSynced) {
  start();
  EXPECT_EQ(text_log->status(0).next, 1U);
  writer->push(numbered_batch(1, 3));
  writer->push(numbered_batch(4, 4));
  const std::string text = stop();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_EQ(text_log->status(0).next, 5U);
}

TEST_F(TextLogThreadTest, AFileThatRefusesHoldsNoRecordUp) {
  std::filesystem::create_symlink("/dev/full", path);
  start();
  writer->push(numbered_batch(1, 2));
  ASSERT_TRUE(wait_for("synced 2"));
  ASSERT_TRUE(wait_for("the audit log: No space left on device; what is recorded waits"));
  EXPECT_EQ(text_log->status(0).next, 1U);
  std::filesystem::remove(path);
  text_log->reopen();
  EXPECT_THAT(stop(), HasSubstr("said\n"));
  EXPECT_EQ(text_log->status(0).next, 3U);
}

TEST_F(TextLogThreadTest, AThreadThatHangsHoldsNoRecordUp) {
  bool was_synced_meanwhile = false;
  on_trouble = [&](std::string line) {
    note(std::move(line));
    was_synced_meanwhile = was_synced_meanwhile || wait_for("synced 2");
  };
  start();
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  text_log->reopen();
  ASSERT_TRUE(wait_for("the audit log's name: Is a directory"));
  writer->push(numbered_batch(1, 2));
  ASSERT_TRUE(wait_for("synced 2"));
  std::filesystem::remove(path);
  EXPECT_THAT(stop(), HasSubstr("said\n"));
  EXPECT_TRUE(was_synced_meanwhile);
}

TEST_F(TextLogThreadTest, AReopeningThatFailsIsTriedAgain) {
  start();
  std::filesystem::rename(path, path.string() + ".1");
  std::filesystem::create_directory(path);
  text_log->reopen();
  ASSERT_TRUE(wait_for("the audit log's name: Is a directory"));
  std::filesystem::remove(path);
  ASSERT_TRUE(wait_for("the audit log's name: writing works again"));
  writer->push(numbered_batch(1, 1));
  EXPECT_THAT(stop(), HasSubstr("said\n"));
}

TEST_F(TextLogThreadTest, AStopWaitsSomeSecondsForAFileThatRefuses) {
  std::filesystem::create_symlink("/dev/full", path);
  start();
  writer->push(numbered_batch(1, 1));
  const auto began = std::chrono::steady_clock::now();
  writer->stop();
  text_log->stop();
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(3));
  EXPECT_EQ(text_log->status(0).next, 1U);
}

}  // namespace
}  // namespace wgaudit::text_log_thread_test
