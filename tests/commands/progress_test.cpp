#include "commands/progress.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wgaudit::progress_test {
namespace {

using std::chrono::milliseconds;

class ProgressTest : public testing::Test {
 protected:
  Progress progress(std::optional<std::uint64_t> total) {
    return {total, [this](std::string_view text) { written += text; }, [this] { return now; }};
  }

  /// What is written when `bytes` more are read, so long after those before.
  std::string after(milliseconds time, Progress& progress, std::size_t bytes) {
    now += time;
    written.clear();
    progress.add(bytes);
    return written;
  }

  Progress::Time now;
  std::string written;
};

TEST_F(ProgressTest, IsShownAfterASecondFourTimesASecondAndErased) {
  Progress shown = progress(1'000'000'000);
  EXPECT_EQ(after(milliseconds(999), shown, 100'000'000), "");
  EXPECT_EQ(after(milliseconds(1), shown, 100'000'000), "\r20 % of 1000 MB, 200 MB/s");
  EXPECT_EQ(after(milliseconds(249), shown, 1), "");
  EXPECT_EQ(after(milliseconds(751), shown, 799'999'999), "\r100 % of 1000 MB, 500 MB/s");
  EXPECT_EQ(after(milliseconds(8000), shown, 0), "\r100 % of 1000 MB, 100 MB/s");
  written.clear();
  shown.erase();
  EXPECT_EQ(written, "\r                          \r");
  EXPECT_EQ(after(milliseconds(1000), shown, 0), "\r100 % of 1000 MB, 91 MB/s");
  written.clear();
  shown.end();
  EXPECT_EQ(written, "\r                         \r");
  EXPECT_EQ(after(milliseconds(1000), shown, 1), "");
}

TEST_F(ProgressTest, AShorterLineLeavesNothingOfALongerOne) {
  Progress shown = progress(std::nullopt);
  EXPECT_EQ(after(milliseconds(1000), shown, 1'000'000'000), "\r1000 MB, 1000 MB/s");
  EXPECT_EQ(after(milliseconds(9000), shown, 0), "\r1000 MB, 100 MB/s ");
}

TEST_F(ProgressTest, IsNotShownWithoutATerminal) {
  Progress shown(1000, nullptr, [this] { return now; });
  EXPECT_EQ(after(milliseconds(5000), shown, 500), "");
  shown.end();
}

}  // namespace
}  // namespace wgaudit::progress_test
