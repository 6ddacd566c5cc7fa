#include "shell/journal/disk_guard.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "support/temporary_folder.hpp"

namespace wgaudit::disk_guard_test {
namespace {

using std::chrono::seconds;

/// What the guard says of a disk of 1,000,000 bytes, of which it keeps 20,000 free.
TEST(DiskGuard, EventsGiveWayBeforeADiskIsFullAndComeBackWhenThereIsRoom) {
  std::optional<DiskSpace> space;
  DiskGuard guard("/", [&](const auto&) { return space; });
  const struct {
    std::optional<std::uint64_t> free;
    std::uint64_t missing;
    bool holds_events;
  } rows[] = {
      {20'000, 0, false},     {19'999, 1, false},    {10'000, 10'000, false},
      {9'999, 10'001, true},  {14'999, 5'001, true}, {{}, 5'001, true},
      {15'000, 5'000, false}, {0, 20'000, true},     {900'000, 0, false},
  };
  std::chrono::steady_clock::time_point now{seconds(100)};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.free.value_or(-1));
    space.reset();
    if (row.free) space = {*row.free, 1'000'000};
    guard.look(now += seconds(1));
    EXPECT_EQ(guard.missing(), row.missing);
    EXPECT_EQ(guard.holds_events(), row.holds_events);
  }
}

TEST(DiskGuard, KeepsNoMoreThan128MiBOfALargeDiskFree) {
  const std::uint64_t kept = 128U << 20U;
  DiskGuard guard("/", [](const auto&) { return DiskSpace{kept - 1, kept * 1000}; });
  guard.look(std::chrono::steady_clock::time_point{seconds(100)});
  EXPECT_EQ(guard.missing(), 1U);
}

TEST(DiskGuard, LooksOnceASecond) {
  int looks = 0;
  DiskGuard guard("/", [&](const auto&) { return ++looks, std::nullopt; });
  std::chrono::steady_clock::time_point now{seconds(100)};
  for (int i = 0; i < 3; ++i) guard.look(now);
  EXPECT_EQ(looks, 1);
  guard.look(now + seconds(1));
  EXPECT_EQ(looks, 2);
}

TEST(DiskGuard, AsksTheFileSystemOfTheFolder) {
  const TemporaryFolder folder;
  const auto space = disk_space(folder.path());
  ASSERT_TRUE(space);
  EXPECT_GT(space->free, 0U);
  EXPECT_GE(space->total, space->free);
  EXPECT_FALSE(disk_space(folder.path() / "nothing"));
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace
}  // namespace wgaudit::disk_guard_test
