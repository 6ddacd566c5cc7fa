#include "wgaudit/identity/line_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/rows.hpp"

namespace wgaudit::line_queue_test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Stamp a_moment{1};

SteadyTime ours(Stamp time) {
  return SteadyTime(std::chrono::seconds(1000) + time);
}

/// A line of peer `id`, printed and received in milliseconds.
StampedLine line_of(std::uint64_t id, int printed, int received) {
  StampedLine line;
  line.stamp = milliseconds(printed);
  line.received = {ours(milliseconds(received)), story_start() + milliseconds(received)};
  line.kind = EventKind::keepalive_received;
  line.interface = *parse_interface_name("wg0");
  line.peer = PeerId{id};
  line.endpoint = parse_endpoint("203.0.113.7:51820");
  return line;
}

/// Returns the peers of all lines that can be taken out of `queue` at `now`.
std::vector<std::uint64_t> popped(LineQueue& queue, Stamp now) {
  std::vector<std::uint64_t> ids;
  while (const auto line = queue.pop(ours(now))) {
    ids.push_back(static_cast<std::uint64_t>(*line->peer));
  }
  return ids;
}

TEST(LineQueue, GivesLinesInTheOrderInWhichTheyWerePrinted) {
  LineQueue queue;
  queue.push(line_of(3, 30, 100));
  queue.push(line_of(1, 10, 110));
  queue.push(line_of(4, 40, 120));
  queue.push(line_of(2, 20, 130));
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_THAT(popped(queue, milliseconds(5000)), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(queue.size(), 0U);
}

TEST(LineQueue, LeavesLinesOfOneMomentInTheOrderInWhichTheyCame) {
  LineQueue queue;
  for (const std::uint64_t id : {5U, 3U, 4U}) queue.push(line_of(id, 10, 11));
  EXPECT_THAT(popped(queue, milliseconds(5000)), ElementsAre(5, 3, 4));
}

TEST(LineQueue, DoesSoThoughLaterOnesCameBetween) {
  LineQueue queue;
  for (const std::uint64_t id : {5U, 3U}) queue.push(line_of(id, 10, 11));
  queue.push(line_of(7, 20, 21));
  queue.push(line_of(4, 10, 22));
  queue.push(line_of(8, 30, 31));
  queue.push(line_of(6, 10, 32));
  EXPECT_THAT(popped(queue, milliseconds(5000)), ElementsAre(5, 3, 4, 6, 7, 8));
}

TEST(LineQueue, GrowsWithWhatWaitsAndLosesNothing) {
  LineQueue queue;
  std::vector<std::uint64_t> all;
  for (std::uint64_t id = 1; id <= 1000; ++id) {
    all.push_back(id);
    queue.push(line_of(id, static_cast<int>(id), 2000));
    if (id % 3 == 0) queue.push(line_of(id - 1, static_cast<int>(id - 1), 2001));
  }
  EXPECT_EQ(queue.size(), all.size()) << "duplicates are dropped";
  EXPECT_EQ(popped(queue, milliseconds(5000)), all);
}

TEST(LineQueue, HoldsALineBackForTheLongestLag) {
  LineQueue queue;
  queue.push(line_of(1, 10, 100));
  EXPECT_THAT(popped(queue, milliseconds(100) + longest_lag - a_moment), IsEmpty());
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_THAT(popped(queue, milliseconds(100) + longest_lag), ElementsAre(1));
}

TEST(LineQueue, WhatWasPrintedEarlierAndCameLaterHoldsUpTheRest) {
  LineQueue queue;
  queue.push(line_of(2, 500, 505));
  queue.push(line_of(1, 400, 1300));
  EXPECT_THAT(popped(queue, milliseconds(505) + longest_lag), IsEmpty());
  EXPECT_THAT(popped(queue, milliseconds(1300) + longest_lag), ElementsAre(1, 2));
}

TEST(LineQueue, GivesALineThatCameTooLateAllTheSame) {
  LineQueue queue;
  queue.push(line_of(2, 500, 505));
  EXPECT_THAT(popped(queue, milliseconds(2000)), ElementsAre(2));
  queue.push(line_of(1, 400, 2000));
  EXPECT_THAT(popped(queue, milliseconds(5000)), ElementsAre(1)) << "its reader sees that";
}

TEST(LineQueue, DropsADuplicateAndNothingElse) {
  const struct {
    const char* name;
    void (*change)(StampedLine&);
    bool is_duplicate;
  } rows[] = {
      {"the same", [](StampedLine&) {}, true},
      {"received later",
       [](StampedLine& line) {
         line.received.steady += milliseconds(300);
         line.received.utc += milliseconds(300);
       },
       true},
      {"recorded again", [](StampedLine& line) { line.sequence = 9; }, true},
      {"printed later", [](StampedLine& line) { line.stamp += a_moment; }, false},
      {"another kind", [](StampedLine& line) { line.kind = EventKind::keepalive_sent; }, false},
      {"of no kind", [](StampedLine& line) { line.kind.reset(); }, false},
      {"another interface",
       [](StampedLine& line) { line.interface = *parse_interface_name("wg1"); }, false},
      {"another name before",
       [](StampedLine& line) { line.previous_interface = *parse_interface_name("wg1"); }, false},
      {"another peer", [](StampedLine& line) { line.peer = PeerId{8}; }, false},
      {"another keypair", [](StampedLine& line) { line.keypair = KeypairId{1}; }, false},
      {"another endpoint",
       [](StampedLine& line) { line.endpoint = parse_endpoint("203.0.113.7:51821"); }, false},
  };
  const StampedLine line = line_of(7, 500, 505);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    StampedLine other = line;
    row.change(other);
    LineQueue waiting;
    waiting.push(line);
    waiting.push(other);
    EXPECT_EQ(waiting.size(), row.is_duplicate ? 1U : 2U);

    LineQueue passed;
    passed.push(line);
    ASSERT_TRUE(passed.pop(ours(milliseconds(2000))));
    passed.push(other);
    EXPECT_EQ(passed.size(), row.is_duplicate ? 0U : 1U);
  }
}

TEST(LineQueue, RemembersWhatPassedForTwiceTheLongestLag) {
  const auto lag = static_cast<int>(longest_lag / milliseconds(1));
  for (const bool is_remembered : {true, false}) {
    LineQueue queue;
    queue.push(line_of(1, 0, 5));
    queue.push(line_of(2, 2 * lag + (is_remembered ? 0 : 1), 3000));
    EXPECT_THAT(popped(queue, milliseconds(9000)), ElementsAre(1, 2));
    queue.push(line_of(1, 0, 9000));
    EXPECT_EQ(queue.size(), is_remembered ? 0U : 1U);
  }
}

TEST(LineQueue, RemembersNoMoreThan4096) {
  LineQueue queue;
  const auto line = [](int id) { return line_of(static_cast<std::uint64_t>(id), id / 2, 2100); };
  for (int id = 1; id <= 4097; ++id) queue.push(line(id));
  EXPECT_EQ(popped(queue, milliseconds(5000)).size(), 4097U);
  queue.push(line(2));
  EXPECT_EQ(queue.size(), 0U);
  queue.push(line(1));
  EXPECT_EQ(queue.size(), 1U) << "the first that passed is the first that is forgotten";
}

TEST(LineQueue, LetsTheEarliestGoAheadInAFlood) {
  LineQueue queue;
  constexpr int full = 60000;
  for (int i = 1; i <= full; ++i) queue.push(line_of(static_cast<std::uint64_t>(i), i, full));
  EXPECT_THAT(popped(queue, milliseconds(full)), IsEmpty());
  queue.push(line_of(full + 1, full + 1, full));
  queue.push(line_of(full + 2, full + 2, full));
  EXPECT_THAT(popped(queue, milliseconds(full)), ElementsAre(1, 2)) << "and no more than these";
  EXPECT_EQ(queue.size(), std::size_t{full});
}

}  // namespace
}  // namespace wgaudit::line_queue_test
