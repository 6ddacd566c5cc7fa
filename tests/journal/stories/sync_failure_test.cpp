// A disk that takes bytes and then fails to keep them: fdatasync(2) says so once.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <thread>

#include "journal/stored.hpp"
#include "shell/journal/retention.hpp"
#include "shell/journal/writer.hpp"
#include "support/temporary_folder.hpp"

namespace {

std::atomic<bool> disk_fails = false;
std::function<void()> before_sync;

}  // namespace

/// In place of the C library's, for this whole program.
extern "C" int fdatasync(int fd) {
  if (before_sync) before_sync();
  if (!disk_fails) return static_cast<int>(::syscall(SYS_fdatasync, fd));
  errno = EIO;
  return -1;
}

namespace wgaudit::sync_failure_test {
namespace {

using testing::ElementsAre;

/// What a writer writes to.
struct Disk {
  TemporaryFolder folder;
  SegmentWriter journal{folder.path(), Stream::journal};
  SegmentWriter events{folder.path(), Stream::events};
};

TEST(SyncFailure, WhatTheDiskDidNotKeepIsWrittenAnew) {
  const TemporaryFolder folder;
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  writer.append(numbered_batch(1, 2));
  ASSERT_TRUE(writer.sync());
  writer.append(numbered_batch(3, 4));
  disk_fails = true;
  EXPECT_FALSE(writer.sync());
  writer.append(numbered_batch(5, 5));
  EXPECT_FALSE(writer.sync());
  disk_fails = false;

  // The kernel has dropped the pages that it could not write.
  const auto synced = static_cast<off_t>(chained_lines(1, 2).size());
  const std::string nothing(chained_lines(1, 5).size() - chained_lines(1, 2).size(), '\0');
  const FileDescriptor file = open_file(writer.path(), O_WRONLY);
  ASSERT_EQ(::pwrite(file.get(), nothing.data(), nothing.size(), synced),
            static_cast<ssize_t>(nothing.size()));

  EXPECT_TRUE(writer.sync());
  EXPECT_EQ(read_file(writer.path()), chained_lines(1, 5));
}

TEST(SyncFailure, NoSegmentOfTheJournalFollowsOneThatIsNotOnTheDisk) {
  const TemporaryFolder folder;
  SegmentWriter writer(folder.path(), Stream::journal);
  writer.open();
  writer.append(numbered_batch(1, 2));
  Batch next = numbered_batch(3, 3);
  next.begins_segment = true;
  disk_fails = true;
  EXPECT_FALSE(writer.append(next));
  disk_fails = false;
  EXPECT_TRUE(writer.append(next));
  EXPECT_THAT(read_sequences(folder.path()), ElementsAre(1, 2, 3));
}

TEST(SyncFailure, SealsThatTheDiskDidNotKeepAreWrittenAnew) {
  const TemporaryFolder folder;
  const auto segment = segment_path(folder.path(), Stream::journal, 3);
  const auto kept = seals_path(folder.path());
  const std::string seal = sealed_line();
  folder.write(segment.filename().string(), seal);
  const Retention retention(folder.path(), {});
  disk_fails = true;
  EXPECT_FALSE(retention.remove(Stream::journal, 3));
  EXPECT_TRUE(std::filesystem::exists(segment));
  EXPECT_EQ(read_file(kept), "") << "the kernel would not write these again";
  disk_fails = false;
  retention.remove(Stream::journal, 3);
  EXPECT_FALSE(std::filesystem::exists(segment));
  EXPECT_EQ(read_file(kept), seal);
}

TEST(SyncFailure, NobodyHearsOfARecordThatIsNotOnTheDisk) {
  Disk disk;
  std::atomic<std::uint64_t> heard = 0;
  std::atomic<int> troubles = 0;
  Writer writer(
      {disk.folder.path(), {}}, disk.journal, disk.events,
      {[&](std::uint64_t last) { heard = last; }, [] {}, [&](const std::string&) { ++troubles; }});
  writer.start();
  Batch batch = numbered_batch(1, 1);
  batch.sync = true;
  disk_fails = true;
  writer.push(batch);
  while (troubles == 0) std::this_thread::yield();
  EXPECT_EQ(heard, 0U);
  disk_fails = false;
  EXPECT_EQ(writer.stop(), 0U);
  EXPECT_EQ(heard, 1U);
  EXPECT_EQ(troubles, 2) << "and that it works again";
}

TEST(SyncFailure, ARunsFirstRecordIsOnTheDiskBeforeItsFirstEventIsWritten) {
  Disk disk;
  std::vector<std::size_t> events_when_synced;
  before_sync = [&] {
    events_when_synced.push_back(read_sequences(disk.folder.path(), 1, Stream::events).size());
  };
  Writer writer({disk.folder.path(), {}}, disk.journal, disk.events,
                {[](std::uint64_t) {}, [] {}, [](const std::string&) {}});
  writer.start();
  Batch first_events = numbered_batch(1, 4);
  first_events.stream = Stream::events;
  writer.push(numbered_batch(1, 1));
  writer.push(std::move(first_events));
  EXPECT_EQ(writer.stop(), 0U);
  before_sync = nullptr;
  EXPECT_THAT(read_sequences(disk.folder.path(), 1, Stream::events), ElementsAre(1, 2, 3, 4));
  ASSERT_FALSE(events_when_synced.empty());
  EXPECT_EQ(events_when_synced.front(), 0U);
}

}  // namespace
}  // namespace wgaudit::sync_failure_test
