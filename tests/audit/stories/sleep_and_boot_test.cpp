// The machine sleeps, or comes up with a clock that is not set: nobody comes or goes by that.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::sleep_and_boot_test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view boot = "6b9f1c5e-0000-4000-8000-1";  // that of noted_json
constexpr std::string_view home = "203.0.113.7:51820";

AuditorOptions options() {
  AuditorOptions options;
  options.names[key_of("alice")] = "alice";
  options.boot_id = boot;
  return options;
}

Dump wg0(const Row& row) {
  return {dump_interface("wg0", {row})};
}

std::vector<std::string> dump_at(Story& story, Instant now, const Dump& dump) {
  story.auditor.on_dump(dump, {}, {now, now}, story.records);
  return story.take();
}

/// At rest, with printk's clock, for eight hours from the 50th second on.
Instant after_sleep(double time) {
  Instant instant = at(time);
  instant.suspended = std::chrono::hours(8);
  return instant;
}

TEST(SleepAndBoot, WhoWentWhileTheMachineSleptIsToldSoWithTheTimeAtWhichTheyDid) {
  Story story(options());
  story.dump(0.1, wg0({"alice", "(none)"}));
  story.dump(10.5, wg0({"alice", home, 10}));
  story.dump(40, wg0({"alice", home, 10}));
  EXPECT_THAT(dump_at(story, after_sleep(50 + 28800), wg0({"alice", home, 10})),
              ElementsAre("@190 OFFLINE wg0 alice (timeout)", HasSubstr("after 180 s")));
}

TEST(SleepAndBoot, LinesAfterASleepAreAsPromptAsBefore) {
  Story story(options());
  story.dump(0.1, wg0({"alice", "(none)"}));
  quiet(story, 1, 50);
  const Instant woken = after_sleep(51 + 28800);
  story.auditor.on_datagram(
      "<7>Nov 21 15:00:01 gw1 kernel: [   61.000000] wireguard: wg0: Receiving handshake "
      "initiation from peer 1 (203.0.113.7:51820)",
      woken, story.records);
  story.take();
  Instant shown = after_sleep(51.2 + 28800);
  EXPECT_THAT(dump_at(story, shown, wg0({"alice", home, 51 + 28800})),
              ElementsAre("@28851 ONLINE wg0 alice from 203.0.113.7:51820"));
  EXPECT_EQ(story.last.back().witness, Witness::both);
}

TEST(SleepAndBoot, HandshakesAfterASleepAreJudgedAsSoonAsTheLogHasComePast) {
  Story story(options());
  story.dump(0.1, wg0({"alice", "(none)"}));
  quiet(story, 1, 50);
  const auto line = [&](double time, std::string_view text) {
    story.auditor.on_datagram(
        fmt::format("<7>Nov 21 15:00:01 gw1 kernel: [{:12.6f}] {}", 10 + time - 28800, text),
        after_sleep(time), story.records);
    story.auditor.on_time(after_sleep(time), story.records);
  };
  line(28851, "wireguard: wg0: Sending handshake response to peer 1 (203.0.113.7:51820)");
  dump_at(story, after_sleep(28852), wg0({"alice", home, 28851}));
  for (double time = 28852.1; time < 28855; time += 0.1) line(time, "usb 1-1: new");
  const auto today = std::chrono::floor<std::chrono::days>(at(28851).utc);
  EXPECT_EQ(story.auditor.handshakes_of(today), (HandshakeCounts{1, 1}));
}

/// A machine without a clock of its own that was booted `uptime` seconds ago.
Instant booted(int uptime) {
  return {SteadyTime(seconds(uptime)), UtcTime(seconds(uptime))};
}

/// alice as the kernel's new object has her: a handshake in 1970, or none.
Dump alice_in_1970(int handshake) {
  Dump dump = wg0({"alice", home});
  dump[0].peers[0].latest_handshake = std::chrono::sys_seconds(seconds(handshake));
  return dump;
}

TEST(SleepAndBoot, AMachineThatWakesUpIn1970RecordsThatAndGoesOnWhenItsClockIsSet) {
  Story before(options());
  before.dump(0.1, wg0({"alice", "(none)"}));
  before.dump(10.5, wg0({"alice", home, 10, 180, 92}));
  before.dump(40, wg0({"alice", home, 10, 180, 92}));
  AuditorOptions other_boot = options();
  other_boot.boot_id = "another";
  Story story(other_boot);
  for (const Record& record : before.last) story.auditor.restore(*parse_record(noted_json(record)));
  story.auditor.on_start({}, booted(20), story.records);
  const auto texts = [&] {
    std::vector<std::string> messages;
    for (const std::string& text : story.take())
      messages.push_back(text.substr(text.find(' ') + 1));
    return messages;
  };
  EXPECT_THAT(texts(), ElementsAre(HasSubstr("monitor started"), HasSubstr("clock stepped by -"),
                                   HasSubstr("monitor down"), HasSubstr("events unsynced")));
  EXPECT_EQ(story.last[1].reason, "behind_journal");
  EXPECT_THAT(*story.last[1].as<ClockStep>(),
              (ClockStep{story_start() + std::chrono::milliseconds(10500), booted(20).utc}));
  story.auditor.on_dump(alice_in_1970(0), {}, {booted(21), booted(21)}, story.records);
  EXPECT_THAT(texts(), ElementsAre(HasSubstr("created anew"), "OFFLINE wg0 alice (peer recreated)",
                                   HasSubstr("ended (peer recreated) after 2 s")))
      << "as much time as is known to have passed";
  story.auditor.on_dump(alice_in_1970(30), {}, {booted(31), booted(31)}, story.records);
  EXPECT_THAT(texts(), ElementsAre("ONLINE wg0 alice from 203.0.113.7:51820"));
  Instant set = booted(60);
  set.utc = story_start() + seconds(600);
  story.auditor.on_time(set, story.records);
  EXPECT_THAT(texts(), ElementsAre(HasSubstr("clock stepped by +")));
  EXPECT_EQ(story.last.back().reason, "set_forward");
  set.steady += seconds(149);
  set.utc += seconds(149);
  story.auditor.on_dump(alice_in_1970(30), {}, {set, set}, story.records);
  EXPECT_THAT(texts(), ElementsAre()) << "179 s old";
  set.steady += seconds(1);
  set.utc += seconds(1);
  story.auditor.on_dump(alice_in_1970(30), {}, {set, set}, story.records);
  EXPECT_THAT(texts(), ElementsAre("OFFLINE wg0 alice (timeout)", HasSubstr("after 180 s")));
  EXPECT_EQ(story.last.back().timestamp, set.utc);
}

TEST(SleepAndBoot, AHandshakeInTheFutureAtFirstSightIsNoOlderThanNow) {
  Story story(options());
  EXPECT_THAT(
      story.dump(100, wg0({"alice", home, 4000})),
      ElementsAre("@100 ADDED wg0 alice online", "@100 ONLINE wg0 alice from 203.0.113.7:51820"));
  EXPECT_THAT(story.dump(279.9, wg0({"alice", home, 4000})), ElementsAre());
  EXPECT_THAT(story.dump(280, wg0({"alice", home, 4000})),
              ElementsAre("@280 OFFLINE wg0 alice (timeout)", HasSubstr("after 180 s")));
}

TEST(SleepAndBoot, WhoWentIsNotOnlineAgainByAnOldHandshakeThatARestartFindsInTheFuture) {
  Story before(options());
  before.dump(3600, wg0({"alice", "(none)"}));
  before.dump(3610.5, wg0({"alice", home, 3610}));
  before.dump(3790, wg0({"alice", home, 3610}));
  const Instant set_back{at(3800).steady, at(200).utc};
  Story after(options());
  for (const Record& record : before.last) after.auditor.restore(*parse_record(noted_json(record)));
  after.auditor.on_start({}, set_back, after.records);
  after.take();
  EXPECT_THAT(dump_at(after, set_back, wg0({"alice", home, 3610})), ElementsAre());
}

}  // namespace
}  // namespace wgaudit::sleep_and_boot_test
