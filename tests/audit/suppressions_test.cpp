#include "wgaudit/audit/suppressions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit {
namespace {

using std::string;
using testing::ElementsAre;
using testing::IsEmpty;

/// A notice of the kernel, as rsyslog forwards it.
string notice(int count) {
  return fmt::format(
      "<4>Nov 21 07:00:00 gw1 kernel: [   20.000000] net_ratelimit: {} callbacks suppressed",
      count);
}

/// The losses among the records so far: `reason count from-to detail`, seconds of the story.
std::vector<string> losses(const Story& story) {
  std::vector<string> texts;
  const auto second = [](const std::optional<UtcTime>& time) {
    if (!time) return string("?");
    return fmt::format("{}", std::chrono::duration<double>(*time - story_start()).count());
  };
  for (const Record& record : story.last) {
    if (!record.is(Action::evidence_lost)) continue;
    const Loss& loss = *record.loss;
    const string count = loss.count ? std::to_string(*loss.count) : "?";
    texts.push_back(fmt::format("{} {} {}-{} {}", record.reason, count, second(loss.from),
                                second(loss.to), loss.detail));
  }
  return texts;
}

TEST(Suppressions, ANoticeIsALossBetweenTheLastLineThatWasLimitedAndItself) {
  Story story;
  story.kernel(1, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  story.kernel(4, "Peer 2 created");  // never limited: it says nothing of the budget
  EXPECT_THAT(story.datagram(6, notice(34)),
              ElementsAre("@6 messages suppressed, count 34, net_ratelimit",
                          "@6 evidence lost: net ratelimit, 34 times"));
  EXPECT_THAT(losses(story), ElementsAre("net_ratelimit 34 1-6 "));
}

TEST(Suppressions, WithoutALineBeforeItTheBeginningIsNotKnown) {
  Story story;
  story.datagram(6, notice(1));
  EXPECT_THAT(losses(story), ElementsAre("net_ratelimit 1 ?-6 "));
}

TEST(Suppressions, AFloodIsOneRecordAMinuteAndNoneIsForgotten) {
  Story story;
  for (int time = 5; time <= 120; time += 5) {
    story.datagram(time, notice(100));
    story.kernel(time, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  }
  EXPECT_THAT(losses(story), ElementsAre("net_ratelimit 100 ?-5 ", "net_ratelimit 1200 5-65 "));
  story.auditor.on_stop({}, at(121), story.records);
  story.take();
  EXPECT_EQ(losses(story).back(), "net_ratelimit 1100 65-120 ");
}

TEST(Suppressions, ADumpTellsWhatIsDueAndAMinuteOfPeaceEndsTheSeries) {
  Story story;
  story.datagram(5, notice(1));
  story.datagram(10, notice(2));
  EXPECT_THAT(story.dump(64, {}), IsEmpty());
  EXPECT_THAT(story.dump(65, {}), ElementsAre("@65 evidence lost: net ratelimit, 2 times"));
  EXPECT_THAT(story.dump(125, {}), IsEmpty());
  EXPECT_EQ(story.datagram(126, notice(3)).back(), "@126 evidence lost: net ratelimit, 3 times");
}

TEST(Suppressions, SyslogDaemonsLoseLinesToo) {
  Story story;
  story.datagram(1, notice(7));
  story.datagram(2,
                 "<46>Nov 21 07:00:00 gw1 rsyslogd: imklog: 9 messages lost due to rate-limiting "
                 "(5 allowed within 1 seconds)");
  EXPECT_THAT(losses(story), ElementsAre("net_ratelimit 7 ?-1 ", "syslog_ratelimit 9 ?-2 imklog"));
}

TEST(Suppressions, ANoticeThatDoesNotSayHowManyIsALossAllTheSame) {
  Story story;
  story.datagram(
      2,
      "<46>Nov 21 07:00:00 gw1 rsyslogd: imklog from <vm:kernel>: begin to drop messages "
      "due to rate-limiting");
  EXPECT_THAT(losses(story), ElementsAre("syslog_ratelimit ? ?-2 imklog from <vm:kernel>"));
}

}  // namespace
}  // namespace wgaudit
