#include "wgaudit/base/wall_clock.hpp"

#include <gtest/gtest.h>

namespace wgaudit::wall_clock_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr UtcTime base{seconds(1'000'000)};

/// `steady` seconds since boot, and a wall clock that is `ahead` seconds ahead of that from `base`.
Instant instant(int steady, int ahead) {
  return {SteadyTime(seconds(steady)), base + seconds(steady + ahead)};
}

SteadyTime steady(int time) {
  return SteadyTime(seconds(time));
}

TEST(WallClock, NoticesEachStepOnceAndSaysWhatItWouldHaveSaid) {
  WallClock clock;
  EXPECT_EQ(clock.on_time(instant(10, 0)), std::nullopt) << "nothing to compare with";
  EXPECT_EQ(clock.on_time(instant(11, 0)), std::nullopt);
  EXPECT_EQ(clock.on_time(instant(12, 3600)),
            (ClockStep{base + seconds(12), base + seconds(3612)}));
  EXPECT_EQ(clock.on_time(instant(13, 3600)), std::nullopt);
  EXPECT_EQ(clock.on_time(instant(14, -2)), (ClockStep{base + seconds(3614), base + seconds(12)}));
  EXPECT_EQ(clock.on_time(instant(15, -2)), std::nullopt);
}

TEST(WallClock, AStepIsWhatIsNoDelayBetweenTwoReadings) {
  const struct {
    milliseconds by;
    bool is_step;
  } rows[] = {{milliseconds(99), false},
              {milliseconds(-99), false},
              {milliseconds(100), true},
              {milliseconds(-128), true}};
  for (const auto& row : rows) {
    WallClock clock;
    clock.on_time(instant(10, 0));
    Instant now = instant(11, 0);
    now.utc += row.by;
    EXPECT_EQ(clock.on_time(now).has_value(), row.is_step) << row.by.count();
  }
}

TEST(WallClock, ManySmallOnesAreNoticedWhenTheyAddUp) {
  WallClock clock;
  Instant now = instant(10, 0);
  int steps = 0;
  for (int i = 0; i <= 100; ++i) {
    steps += clock.on_time(now) ? 1 : 0;
    now.steady += seconds(1);
    now.utc += seconds(1) + milliseconds(10);
  }
  EXPECT_EQ(steps, 10);
}

TEST(WallClock, FindsWhenASecondWasUnderEachOfItsSettings) {
  WallClock clock;
  for (int i = 0; i <= 1000; ++i) clock.on_time(instant(i, 0));
  for (int i = 1001; i <= 2000; ++i) clock.on_time(instant(i, -500));
  for (int i = 2001; i <= 3000; ++i) clock.on_time(instant(i, 5000));
  const struct {
    const char* name;
    int said;
    int was;
  } rows[] = {
      {"in the first", 400, 400},
      {"long before it", -5000, -5000},
      {"twice, the latest counts", 700, 1200},
      {"in the second", 1400, 1900},
      {"in the third", 7500, 2500},
      {"the second in which it was set, cut", 7000, 2000},
      {"now", 8000, 3000},
      {"in the future", 9000, 4000},
      {"never", 4000, -1000},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(clock.when(base + seconds(row.said)), steady(row.was)) << row.name;
  }
}

TEST(WallClock, AClockThatIsSetForEverIsRememberedNoLongerThanItMatters) {
  WallClock clock;
  for (int i = 0; i <= 100'000; ++i) clock.on_time(instant(i, 10 * i));
  EXPECT_EQ(clock.when(base + seconds(11 * 99'990)), steady(99'990));
}

}  // namespace
}  // namespace wgaudit::wall_clock_test
