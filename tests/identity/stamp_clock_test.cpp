#include "wgaudit/identity/stamp_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace wgaudit::stamp_clock_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Time of our clock when printk's is at 0.
constexpr seconds booted{1000};

constexpr SteadyTime ours(Stamp time) {
  return SteadyTime(booted + time);
}

/// Returns a clock that was given a line each second for `count` seconds, the last one at `count`,
/// each later by `late` than it was printed.
StampClock steady_clock_of(int count, Stamp late = milliseconds(5)) {
  StampClock clock;
  for (int i = 1; i <= count; ++i) clock.on_line(seconds(i), ours(seconds(i) + late));
  return clock;
}

TEST(StampClock, KnowsNothingBeforeTheFirstLine) {
  EXPECT_FALSE(StampClock{}.is_set());
  EXPECT_FALSE(StampClock{}.is_trusted());
}

// By the rule of the header: never early, late by longest_lag at most, and 2 ms of margin.
TEST(StampClock, OneLineBoundsTheOffsetByTheLongestLag) {
  StampClock clock;
  clock.on_line(seconds(5), ours(seconds(5) + milliseconds(30)));
  EXPECT_TRUE(clock.is_set());
  EXPECT_FALSE(clock.is_trusted()) << "it may have been stuck for minutes";
  const SteadyTime received = ours(seconds(5) + milliseconds(30));
  EXPECT_EQ(clock.surely_before(received), seconds(5) - milliseconds(2));
  EXPECT_EQ(clock.surely_after(received), seconds(5) + longest_lag + milliseconds(2));
  EXPECT_EQ(clock.earliest(seconds(5)), received - longest_lag);
}

TEST(StampClock, TheQuickestLineCounts) {
  StampClock clock;
  const struct {
    Stamp stamp;
    Stamp late;
    Stamp known;  // how late the quickest was
  } rows[] = {
      {seconds(5), milliseconds(400), milliseconds(400)},
      {seconds(6), milliseconds(900), milliseconds(400)},
      {seconds(7), milliseconds(100), milliseconds(100)},
      {seconds(7), milliseconds(101), milliseconds(100)},
      {seconds(8), milliseconds(3), milliseconds(3)},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.late.count());
    clock.on_line(row.stamp, ours(row.stamp + row.late));
    const SteadyTime moment = ours(row.stamp + row.late);
    const Stamp exact = row.stamp + row.late;
    EXPECT_LE(clock.surely_before(moment), exact - row.known - milliseconds(2));
    EXPECT_GE(clock.surely_before(moment), exact - row.known - milliseconds(4)) << "with drift";
  }
}

TEST(StampClock, ManyLinesOfWhichNoneWasQuickerShowThatTheQuickestWasPrompt) {
  const struct {
    const char* name;
    int lines;
    Stamp apart;
    Stamp lag;
  } rows[] = {
      {"the first and twenty in twenty seconds", 21, seconds(1), milliseconds(200)},
      {"the first and nineteen", 20, seconds(1), longest_lag},
      {"a hundred in ten seconds", 101, milliseconds(100), milliseconds(200)},
      {"a hundred in nine seconds", 91, milliseconds(100), longest_lag},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    StampClock clock;
    for (int i = 0; i < row.lines; ++i) clock.on_line(i * row.apart, ours(i * row.apart));
    const Stamp last = (row.lines - 1) * row.apart;
    EXPECT_EQ(clock.surely_after(ours(last)), last + row.lag + milliseconds(2));
  }
}

// A crowded way: the quickest of two hundred lines in twenty seconds is late by 430 ms.
TEST(StampClock, LinesThatAreLateEachForItselfAreNotTakenForPrompt) {
  StampClock clock;
  for (int i = 0; i < 200; ++i) {
    const Stamp printed = i * milliseconds(100);
    clock.on_line(printed, ours(printed + milliseconds(430 + i * 37 % 570)));
  }
  const Stamp moment = seconds(20);
  EXPECT_GE(clock.surely_after(ours(moment)), moment);
}

TEST(StampClock, ALineThatIsMuchQuickerBeginsTheWaitAnew) {
  const struct {
    Stamp late;
    Stamp lag;
  } rows[] = {
      // In 30 s the clocks may have drifted by 15 ms.
      {milliseconds(267), milliseconds(200)},  // quicker by 33 ms
      {milliseconds(263), longest_lag},        // by 37 ms
  };
  for (const auto& row : rows) {
    StampClock clock = steady_clock_of(30, milliseconds(300));
    clock.on_line(seconds(31), ours(seconds(31) + row.late));
    const Stamp known = clock.surely_after(ours(seconds(31) + row.late));
    EXPECT_EQ(known, seconds(31) + row.lag + milliseconds(2));
  }
}

// 500 ppm, either way, since the quickest line.
TEST(StampClock, BothBoundsGiveWayWithTime) {
  StampClock clock = steady_clock_of(30);
  const Stamp last = seconds(30) + milliseconds(5);
  const auto width = [&](Stamp after) {
    const SteadyTime moment = ours(last + after);
    return clock.surely_after(moment) - clock.surely_before(moment);
  };
  EXPECT_EQ(width(seconds(0)), milliseconds(204));
  EXPECT_EQ(width(seconds(60)), milliseconds(204 + 2 * 30));
  EXPECT_EQ(width(seconds(2000)), milliseconds(204 + 2 * 1000));
}

// Lines that were stuck come in one burst, each less late than the one before.
TEST(StampClock, IsTrustedOnceLinesKeepPace) {
  const struct {
    const char* name;
    std::vector<std::pair<Stamp, Stamp>> lines;  // printed, received
    bool is_trusted;
  } rows[] = {
      {"a line, and one as late 50 ms later",
       {{milliseconds(100), milliseconds(105)}, {milliseconds(150), milliseconds(155)}},
       true},
      {"a line, and one 49 ms later",
       {{milliseconds(100), milliseconds(105)}, {milliseconds(149), milliseconds(154)}},
       false},
      {"three seconds of lines at once",
       {{seconds(1), seconds(4)}, {seconds(2), seconds(4)}, {seconds(3), seconds(4)}},
       false},
      {"and the next ones when they are printed",
       {{seconds(1), seconds(4)},
        {seconds(3), seconds(4)},
        {seconds(5), seconds(5)},
        {seconds(6), seconds(6)}},
       true},
  };
  for (const auto& row : rows) {
    StampClock clock;
    for (const auto& [printed, received] : row.lines) clock.on_line(printed, ours(received));
    EXPECT_EQ(clock.is_trusted(), row.is_trusted) << row.name;
  }
}

TEST(StampClock, AStallChangesNoBound) {
  StampClock clock = steady_clock_of(30);
  const Stamp before = clock.surely_before(ours(seconds(40)));
  // Four seconds of lines, at once.
  for (int i = 31; i <= 34; ++i) clock.on_line(seconds(i), ours(seconds(35)));
  EXPECT_EQ(clock.surely_before(ours(seconds(40))), before);
  EXPECT_TRUE(clock.is_trusted());
}

// As when a virtual machine is restored: from now on every line is ten seconds late.
TEST(StampClock, BeginsAgainWhereEveryLineIsLateForMinutes) {
  StampClock clock = steady_clock_of(30);
  constexpr seconds jump{10};
  int lines = 0;
  for (Stamp time = seconds(31); clock.is_trusted() && lines < 1000; time += seconds(1)) {
    ++lines;
    clock.on_line(time, ours(time + jump));
  }
  // Received 41, 42, … s after boot; the quickest was at 30 s: the first that counts is at 151 s,
  // and 20 of them may be a stall.
  EXPECT_EQ(lines, 111 + 20);
  const Stamp now = seconds(30 + lines);
  EXPECT_EQ(clock.surely_before(ours(now + jump)), now - milliseconds(2));
  EXPECT_FALSE(clock.is_trusted()) << "until lines keep pace again";
  clock.on_line(now + seconds(1), ours(now + seconds(1) + jump));
  EXPECT_TRUE(clock.is_trusted());
}

TEST(StampClock, OnePromptLineInAStallShowsThatTheClocksWereNotSet) {
  StampClock clock = steady_clock_of(30);
  for (int i = 31; i < 600; ++i) {
    const bool is_prompt = i % 20 == 0;
    clock.on_line(seconds(i), ours(seconds(i) + (is_prompt ? seconds(0) : seconds(10))));
    EXPECT_TRUE(clock.is_trusted());
  }
}

/// Two clocks, printk's and ours, of which one is slewed, and lines that are late at random.
struct Clocks {
  const char* name;
  int ppm;           ///< Parts per million by which ours is faster.
  int lines_a_turn;  ///< Lines, more or less, after which it is slower by as much, and so on.
  int prompt_of;     ///< One line in so many is late by up to a second, the others by 20 ms.
  int apart;         ///< Milliseconds between two lines, on average.
};

class Simulation {
 public:
  explicit Simulation(const Clocks& clocks) : clocks_(clocks), ppm_(clocks.ppm) {}

  void print_line(StampClock& clock) {
    if (below(clocks_.lines_a_turn) == 0) ppm_ = -ppm_;
    const Stamp step = milliseconds(1 + below(2 * clocks_.apart));
    printks += step;
    our += step + step * ppm_ / 1'000'000;
    const Stamp late(below(below(clocks_.prompt_of) == 0 ? 1'000'000 : 20'000));
    received_ = std::max(received_, our + late);
    clock.on_line(printks, ours(received_));
  }

  Stamp printks = seconds(3);
  Stamp our{};

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  const Clocks& clocks_;
  int ppm_;
  Stamp received_{};
  std::mt19937 random_{7};
};

class SimulatedClocks : public testing::TestWithParam<Clocks> {};

TEST_P(SimulatedClocks, NoBoundIsEverWrong) {
  Simulation simulation(GetParam());
  StampClock clock;
  Stamp widest{};
  for (int line = 0; line < 20000; ++line) {
    simulation.print_line(clock);
    if (!clock.is_trusted()) continue;
    const Stamp before = clock.surely_before(ours(simulation.our));
    const Stamp after = clock.surely_after(ours(simulation.our));
    ASSERT_LE(before, simulation.printks) << line;
    ASSERT_GE(after, simulation.printks) << line;
    if (line > 1000) widest = std::max(widest, after - before);
  }
  EXPECT_LE(widest, milliseconds(1500)) << "bounds that say nothing are never wrong either";
}

INSTANTIATE_TEST_SUITE_P(
    StampClock, SimulatedClocks,
    testing::Values(Clocks{"equal", 0, 1000, 10, 100}, Clocks{"slewed", 500, 1 << 30, 10, 100},
                    Clocks{"slewed_back", -500, 1 << 30, 10, 100},
                    Clocks{"to_and_fro", 500, 100, 10, 100}, Clocks{"busy", 500, 10000, 10, 3},
                    Clocks{"quiet", 500, 3, 10, 20'000}, Clocks{"often_late", 500, 1000, 2, 500}),
    [](const auto& clocks) { return std::string(clocks.param.name); });

// Each line is 10 ms less late than the one before, and all are late by nearly four seconds.
TEST(StampClock, ABurstOfLinesThatWerePrintedCloselyIsNotTrusted) {
  StampClock clock;
  for (int i = 0; i < 100; ++i) {
    clock.on_line(seconds(10) + i * milliseconds(10), ours(seconds(14)));
    EXPECT_FALSE(clock.is_trusted()) << i;
  }
}

// A dump waits for ten minutes until the next line is printed.
TEST(StampClock, BoundsOfAMomentLongAgoKeepTheDriftSince) {
  StampClock clock;
  Stamp printks{};
  Stamp our{};
  const auto go = [&](Stamp step) {
    printks += step;
    our += step - step / 2000;
  };
  for (int i = 0; i < 60; ++i) {
    go(seconds(1));
    clock.on_line(printks, ours(our + milliseconds(1)));
  }
  go(seconds(1));
  const Stamp moment_printks = printks;
  const SteadyTime moment = ours(our);
  go(seconds(600));
  clock.on_line(printks, ours(our + milliseconds(1)));
  EXPECT_LE(clock.surely_before(moment), moment_printks);
  EXPECT_GE(clock.surely_after(moment), moment_printks);
}

}  // namespace
}  // namespace wgaudit::stamp_clock_test
