#include "shell/intake/drop_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::drop_watch_test {
namespace {

using testing::ElementsAre;

/// A socket whose count is looked at once a second, and what is told of it.
class DropWatchTest : public testing::Test {
 protected:
  /// `@told count from-to`, seconds.
  void look(int second, std::uint32_t count) {
    watch.on_count(count, at(second), at(second + 0.25));
    if (const auto loss = watch.take(at(second + 0.5))) told.push_back(text(second, *loss));
  }

  static std::string text(int second, const Loss& loss) {
    const auto since_start = [](UtcTime time) {
      return std::chrono::duration<double>(time - story_start()).count();
    };
    return fmt::format("@{} {} {}-{}", second, *loss.count, since_start(*loss.from),
                       since_start(*loss.to));
  }

  DropWatch watch;
  std::vector<std::string> told;
};

TEST_F(DropWatchTest, TellsNothingWhileNothingIsDropped) {
  for (int second = 0; second < 100; ++second) look(second, 0);
  EXPECT_THAT(told, ElementsAre());
  EXPECT_FALSE(watch.flush());
}

TEST_F(DropWatchTest, TellsTheFirstAtOnceBetweenTheLooksThatItFellInto) {
  look(0, 0);
  look(1, 0);
  look(2, 5);
  EXPECT_THAT(told, ElementsAre("@2 5 1-2.25"));
}

TEST_F(DropWatchTest, TellsWhatGoesOnInWindowsThatGrowAndLeavesNothingOut) {
  look(0, 0);
  for (int second = 1; second <= 20; ++second) look(second, 10 * static_cast<unsigned>(second));
  EXPECT_THAT(told, ElementsAre("@1 10 0-1.25", "@2 10 1-2.25", "@4 20 2-4.25", "@8 40 4-8.25",
                                "@16 80 8-16.25"));
  EXPECT_EQ(text(0, *watch.flush()), "@0 40 16-20.25");
  EXPECT_FALSE(watch.flush());
}

TEST_F(DropWatchTest, AGapIsOpenUntilAllIsReadThatWasThereWhenTheCountRose) {
  look(0, 0);
  watch.on_emptied();
  EXPECT_FALSE(watch.take_gap());
  look(1, 5);
  EXPECT_TRUE(watch.take_gap());
  EXPECT_TRUE(watch.take_gap()) << "more of what was there came, and perhaps of what followed";
  watch.on_emptied();
  EXPECT_TRUE(watch.take_gap()) << "what came last was on both sides of it";
  EXPECT_FALSE(watch.take_gap());
}

TEST_F(DropWatchTest, BeginsAnewAfterAWindowWithoutLoss) {
  look(0, 0);
  look(1, 1);
  look(2, 2);
  for (int second = 3; second <= 5; ++second) look(second, 2);
  look(6, 3);
  look(7, 4);
  EXPECT_THAT(told, ElementsAre("@1 1 0-1.25", "@2 1 1-2.25", "@6 1 5-6.25", "@7 1 6-7.25"));
}

TEST_F(DropWatchTest, TakesACountThatWraps) {
  look(0, 4'294'967'290U);
  told.clear();
  look(60, 4);
  EXPECT_THAT(told, ElementsAre("@60 10 0-60.25"));
}

}  // namespace
}  // namespace wgaudit::drop_watch_test
