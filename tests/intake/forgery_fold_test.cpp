#include "shell/intake/forgery_fold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::forgery_fold_test {
namespace {

using testing::ElementsAre;

/// One datagram a second in some of the seconds, each with its second as text; what is told.
std::vector<std::string> told(ForgeryFold& fold, int from, int to, bool with_datagrams) {
  std::vector<std::string> texts;
  for (int second = from; second < to; ++second) {
    if (with_datagrams) fold.add({std::to_string(second), {}, {}}, at(second));
    const auto forgery = fold.take(at(second + 0.5));
    if (!forgery) continue;
    const std::chrono::duration<double> last = forgery->facts.last - story_start();
    texts.push_back(fmt::format("@{} {}, {} to {}", second, forgery->facts.count,
                                forgery->facts.sample, last.count()));
  }
  return texts;
}

TEST(ForgeryFold, TellsTheFirstAtOnceAndTheRestInWindowsThatGrow) {
  ForgeryFold fold("reason");
  EXPECT_THAT(told(fold, 0, 3, false), ElementsAre());
  EXPECT_THAT(told(fold, 3, 100, true), ElementsAre("@3 1, 3 to 3", "@13 10, 4 to 13",
                                                    "@33 20, 14 to 33", "@73 40, 34 to 73"));
  const auto rest = fold.flush();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->facts.count, 26U);
  EXPECT_FALSE(fold.flush());
}

TEST(ForgeryFold, ADayOfThemIsToldInFewRecords) {
  ForgeryFold fold("reason");
  EXPECT_LE(told(fold, 0, 86400, true).size(), 160U);
}

TEST(ForgeryFold, AWindowWithoutAnyBeginsAnew) {
  ForgeryFold fold("reason");
  EXPECT_THAT(told(fold, 0, 1, true), ElementsAre("@0 1, 0 to 0"));
  EXPECT_THAT(told(fold, 1, 20, false), ElementsAre());
  EXPECT_THAT(told(fold, 20, 31, true), ElementsAre("@20 1, 20 to 20", "@30 10, 21 to 30"));
}

TEST(ForgeryFold, KeepsOnlyTheBeginningOfTheText) {
  ForgeryFold fold("reason");
  fold.add({std::string(65507, 'a'), *parse_endpoint("127.0.0.1:5"), 1000}, at(0));
  fold.add({"second", *parse_endpoint("127.0.0.1:6"), 1001}, at(0));
  const auto forgery = fold.take(at(0));
  ASSERT_TRUE(forgery);
  EXPECT_EQ(forgery->reason, "reason");
  EXPECT_EQ(forgery->facts.sample, std::string(256, 'a'));
  EXPECT_EQ(forgery->source, *parse_endpoint("127.0.0.1:5"));
  EXPECT_EQ(forgery->facts.uid, 1000U);
}

}  // namespace
}  // namespace wgaudit::forgery_fold_test
