#include "shell/readers/journal_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "journal/stored.hpp"
#include "shell/journal/synced_mark.hpp"
#include "shell/journal/writer.hpp"
#include "shell/readers/tail.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::journal_watch_test {
namespace {

using testing::ElementsAre;

constexpr std::chrono::milliseconds at_once{0};
constexpr std::chrono::milliseconds patience = std::chrono::seconds(60);

class JournalWatchTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  SyncedMark mark{folder.path()};
  JournalWatch watch{folder.path()};
};

TEST_F(JournalWatchTest, WhereNoDaemonHasSaidSoNothingIsSynced) {
  EXPECT_EQ(watch.synced(), 0U);
  EXPECT_FALSE(watch.wait(at_once));
  mark.store(7);
  EXPECT_EQ(watch.synced(), 7U);
}

TEST_F(JournalWatchTest, IsWokenByEachChangeSinceItLooked) {
  mark.store(1);
  EXPECT_EQ(watch.synced(), 1U);
  EXPECT_FALSE(watch.wait(at_once));
  mark.store(2);
  mark.store(3);
  EXPECT_TRUE(watch.wait(patience));
  EXPECT_EQ(watch.synced(), 3U);
  EXPECT_FALSE(watch.wait(at_once)) << "one wake-up for both";
}

TEST_F(JournalWatchTest, FollowsAMarkThatWasRemoved) {
  mark.store(1);
  watch.synced();
  std::filesystem::remove(synced_mark_path(folder.path()));
  EXPECT_EQ(watch.synced(), 1U) << "what is known stays";
  mark.store(2);
  EXPECT_EQ(watch.synced(), 2U);
  mark.store(3);
  EXPECT_TRUE(watch.wait(patience));
}

TEST_F(JournalWatchTest, ANewJournalBeginsAgain) {
  mark.store(7);
  EXPECT_EQ(watch.synced(), 7U);
  mark.store(0);
  EXPECT_EQ(watch.synced(), 0U);
}

TEST_F(JournalWatchTest, BelievesNoMarkThatIsHalfWritten) {
  for (const char* text : {"", "12", "                  29                   19\n",
                           "                  -1                   -1\n"}) {
    mark.store(5);
    EXPECT_EQ(watch.synced(), 5U);
    folder.write("journal.synced", text);
    EXPECT_EQ(watch.synced(), 5U) << text;
  }
}

TEST_F(JournalWatchTest, AReaderElsewhereReadsWhatIsSyncedWhenItIs) {
  SegmentWriter journal(folder.path(), Stream::journal);
  SegmentWriter events(folder.path(), Stream::events);
  journal.open();
  events.open();
  std::vector<std::uint64_t> read;
  std::thread reader([&] {
    Tail tail({folder.path(), folder.path() / "reader.cursor", {}});
    tail.open(1);
    const auto take = [&](const Tail::Entry& entry) {
      read.push_back(entry.record.sequence);
      return Tail::Answer::done;
    };
    const auto take_gap = [](const Tail::Gap&) { return true; };
    for (; read.size() < 4; watch.wait(std::chrono::milliseconds(100))) {
      const std::uint64_t synced = watch.synced();
      tail.read_to(synced, {take, take_gap});
      EXPECT_LE(read.empty() ? 0 : read.back(), synced);
    }
  });
  Writer writer({folder.path(), {}}, journal, events,
                {[this](std::uint64_t last) { mark.store(last); }, [] {}, [](const auto&) {}});
  writer.start();
  Batch urgent = numbered_batch(1, 2);
  urgent.sync = true;
  writer.push(urgent);
  writer.push(numbered_batch(3, 4));
  writer.stop();
  reader.join();
  EXPECT_THAT(read, ElementsAre(1, 2, 3, 4));
}

}  // namespace
}  // namespace wgaudit::journal_watch_test
