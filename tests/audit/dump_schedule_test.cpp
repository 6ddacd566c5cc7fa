#include "wgaudit/audit/dump_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::dump_schedule_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

constexpr std::string_view endpoint = "203.0.113.7:51820";
const Dump before_handshake = {dump_interface("wg0", {{"alice", endpoint}})};
const Dump after_handshake = {dump_interface("wg0", {{"alice", endpoint, 100}})};

/// When dumps are taken from `from` to `to` if each is taken as soon as it is wanted, takes 4 ms
/// and shows `dump`; in milliseconds after `from`.
std::vector<int> dump_times(Story& story, double from, double to, const Dump& dump) {
  std::vector<int> times;
  for (double now = from;;) {
    now += std::max(story.dump_wanted_in(now), 0.0);
    if (now >= to) return times;
    times.push_back(static_cast<int>((now - from) * 1000 + 0.5));
    now += 0.004;
    story.dump(now, dump, 0.004);
  }
}

TEST(DumpSchedule, AsksAtTheStartAndEveryInterval) {
  Story story;
  EXPECT_LE(story.dump_wanted_in(0), 0);
  story.dump(0.004, before_handshake, 0.004);
  EXPECT_THAT(story.dump_wanted_in(0.004), DoubleNear(29.996, 1e-6));
}

TEST(DumpSchedule, AHandshakeLineAsksAtGrowingIntervalsUntilTheAttemptHasExpired) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(100, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  EXPECT_THAT(dump_times(story, 100, 120, before_handshake),
              ElementsAre(5, 45, 120, 400, 1000, 2500, 5500));
}

TEST(DumpSchedule, TheQuestionIsClosedByTheDumpThatShowsTheHandshake) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(100.2, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  story.dump(100.21, before_handshake, 0.004);
  EXPECT_THAT(story.dump_wanted_in(100.21), DoubleNear(0.036, 0.005));
  story.dump(100.25, after_handshake);
  EXPECT_GT(story.dump_wanted_in(100.25), 29);
}

TEST(DumpSchedule, AnOldHandshakeOfThatEndpointDoesNotCloseTheQuestion) {
  Story story;
  story.dump(219, after_handshake);
  story.kernel(220, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  story.dump(220.05, after_handshake);
  EXPECT_LT(story.dump_wanted_in(220.05), 0.1);
}

TEST(DumpSchedule, AHandshakeOnAnotherInterfaceDoesNotCloseTheQuestion) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(100, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  story.dump(100.05, {dump_interface("wg0", {{"alice"}}),
                      dump_interface("wg1", {{"alice", endpoint, 100}})});
  EXPECT_LT(story.dump_wanted_in(100.05), 0.1);
}

TEST(DumpSchedule, EveryKindOfLineThatCanMeanAHandshakeOrAChangeAsks) {
  const struct {
    const char* text;
    double within;
  } rows[] = {
      {"Receiving handshake initiation from peer 1 (203.0.113.7:51820)", 0.005},
      {"Sending handshake response to peer 1 (203.0.113.7:51820)", 0.005},
      {"Receiving handshake response from peer 1 (203.0.113.7:51820)", 0.005},
      {"Keypair 5 created for peer 1", 0.005},
      {"Receiving keepalive packet from peer 1 (203.0.113.7:51820)", 0.005},
      {"Sending handshake initiation to peer 1 (203.0.113.7:51820)", 0.4},
      {"Peer 1 created", 0.005},
      {"Peer 1 (203.0.113.7:51820) destroyed", 0.005},
      {"Interface created", 0.005},
      {"Interface destroyed", 0.005},
      {"Creating namespace exiting", 0.005},
      {"Sending keepalive packet to peer 1 (203.0.113.7:51820)", 29},
      {"Keypair 4 destroyed for peer 1", 29},
      {"Invalid handshake initiation from 203.0.113.7:51820", 29},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    Story story;
    story.dump(99, before_handshake);
    story.kernel(100, row.text);
    EXPECT_THAT(story.dump_wanted_in(100), DoubleNear(row.within, 1e-6));
  }
}

TEST(DumpSchedule, AKeepaliveDoesNotAskAgainAboutWhoIsKnownToBeOnline) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(101, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  story.dump(101.05, after_handshake);
  EXPECT_GT(story.dump_wanted_in(101.05), 29);
  story.kernel(126, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  EXPECT_GT(story.dump_wanted_in(126), 5);
}

TEST(DumpSchedule, AKeepaliveFromAnotherEndpointAsks) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(101, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  story.dump(101.05, after_handshake);
  story.kernel(106, "Receiving keepalive packet from peer 1 (198.51.100.9:4500)");
  EXPECT_THAT(story.dump_wanted_in(106), DoubleNear(0.005, 1e-6));
  story.dump(106.01, after_handshake);
  story.kernel(111, "Receiving keepalive packet from peer 1 (198.51.100.9:4500)");
  EXPECT_GT(story.dump_wanted_in(111), 20);
}

TEST(DumpSchedule, WhatIsAskedWhileADumpRunsIsAskedOfTheNextOne) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(100.01, "Peer 2 (203.0.113.8:1) destroyed");
  story.dump(100.02, before_handshake, 0.02);
  EXPECT_LT(story.dump_wanted_in(100.02), 0.2);
  story.dump(100.3, before_handshake, 0.02);
  EXPECT_GT(story.dump_wanted_in(100.3), 1) << "one more, when all lines of the change are in";
  story.dump(101.5, before_handshake, 0.02);
  EXPECT_GT(story.dump_wanted_in(101.5), 29);
}

TEST(DumpSchedule, ADeadPeerThatIsCalledForEverAsksLessAndLess) {
  Story story;
  int dumps = 0;
  for (int i = 0; i < 120; ++i) {
    const double now = 100 + 5 * i;
    story.kernel(now, "Sending handshake initiation to peer 1 (203.0.113.7:51820)");
    dumps += static_cast<int>(dump_times(story, now, now + 5, before_handshake).size());
  }
  EXPECT_LE(dumps, 20 + 8 * 4) << "one each 30 s, and those of the 1st, 2nd, 4th … 64th call";
}

TEST(DumpSchedule, AnInterfaceThatNoDumpListsIsNotAskedAboutAgain) {
  Story story;
  story.dump(99, {dump_interface("wg9", {{"alice", endpoint}})});
  story.kernel(100, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  story.dump(100.01, {dump_interface("wg9", {{"alice", endpoint}})});
  EXPECT_GT(story.dump_wanted_in(100.01), 29);
  story.kernel(125, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  EXPECT_GT(story.dump_wanted_in(125), 4);
}

TEST(DumpSchedule, AKeepaliveBehindAnAttemptThatExpiredAsksAtOnce) {
  Story story;
  story.dump(99, before_handshake);
  story.kernel(100, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  dump_times(story, 100, 106.5, before_handshake);
  story.kernel(107, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  EXPECT_LE(story.dump_wanted_in(107), 0.006);
}

TEST(DumpSchedule, ManyHandshakesShareDumpsThatTakeATenthOfTheTime) {
  Story story;
  story.dump(99, before_handshake);
  int dumps = 0;
  double now = 100;
  for (int peer = 0; peer < 1000; ++peer, now += 0.001) {
    story.kernel(now,
                 fmt::format("Receiving handshake initiation from peer {} (203.0.113.7:5)", peer));
    if (story.dump_wanted_in(now) > 0) continue;
    ++dumps;
    story.auditor.on_dump(before_handshake, {}, {at(now), at(now + 0.02)}, story.records);
  }
  EXPECT_LE(dumps, 6) << "a second, 20 ms each and nine times that between";
  EXPECT_GE(dumps, 4);
}

TEST(DumpSchedule, AStormLeavesNineTenthsOfTheProcessorToOthers) {
  Story story;
  story.kernel(100, "Receiving handshake initiation from peer 1 (203.0.113.7:5)");
  story.dump(101, before_handshake, 0.004);
  for (const double cost : {0.001, 0.01, 0.3, 5.0}) {
    story.kernel(101, "Receiving handshake initiation from peer 1 (203.0.113.7:5)");
    story.auditor.on_dump_cost(std::chrono::microseconds(static_cast<int>(cost * 1e6)), at(101));
    EXPECT_THAT(story.dump_wanted_in(101), DoubleNear(std::max(9 * cost, 0.036), 1e-6)) << cost;
  }
  EXPECT_EQ(story.auditor.counters().dump_cpu, std::chrono::microseconds(5'311'000));
}

TEST(DumpSchedule, AfterFailuresTheNextTryWaitsLongerUpToTheInterval) {
  Story story;
  std::vector<double> waits;
  double now = 0;
  for (int i = 0; i < 7; ++i) {
    story.dump_fails(now, "");
    waits.push_back(story.dump_wanted_in(now));
    now += waits.back();
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 4, 8, 16, 30, 30));
  story.kernel(now, "Peer 1 created");
  EXPECT_LE(story.dump_wanted_in(now), 0.005);
  story.dump(now, before_handshake);
  story.dump_fails(now + 30, "");
  EXPECT_THAT(story.dump_wanted_in(now + 30), DoubleNear(1, 1e-6));
}

TEST(DumpSchedule, AMillionIdsDoNotGrowItWithoutBound) {
  DumpSchedule schedule(std::chrono::seconds(30), std::chrono::seconds(180), at(0).steady);
  KernelEvent event;
  event.kind = EventKind::handshake_initiation_received;
  for (std::uint64_t id = 0; id < 1'000'000; ++id) {
    event.peer = PeerId{id};
    schedule.on_line(heard(event, at(1)));
  }
  EXPECT_LE(schedule.size(), 16384U);
}

}  // namespace
}  // namespace wgaudit::dump_schedule_test
