#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"
#include "wgaudit/audit/loss_fold.hpp"
#include "wgaudit/audit/suppression_log.hpp"

namespace wgaudit::suppression_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Only what goes to the journal.
std::vector<std::string> journal(std::vector<std::string> texts) {
  std::erase_if(texts, [](const std::string& text) {
    return text.find("evidence lost") == std::string::npos;
  });
  return texts;
}

std::vector<std::string> passes(Story& story, double time) {
  story.auditor.on_time(at(time), story.records);
  return journal(story.take());
}

std::vector<std::string> received(Story& story, double time, std::string_view datagram) {
  story.datagram(time, datagram);
  return passes(story, time);
}

std::vector<std::string> suppressed(Story& story, double time, std::uint64_t count) {
  return received(story, time,
                  fmt::format("<4>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] "
                              "net_ratelimit: {} callbacks suppressed",
                              10 + time, count));
}

const Loss& last_loss(const Story& story) {
  return *story.last.back().as<Loss>();
}

std::optional<UtcTime> utc(double time) {
  return at(time).utc;
}

TEST(Suppression, ANoticeIsALossSinceTheLastLineThatCameThrough) {
  Story story;
  story.kernel(1, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  EXPECT_THAT(suppressed(story, 9, 34), ElementsAre("@9 evidence lost: net ratelimit, 34 times"));
  EXPECT_EQ(story.last.back().reason, "net_ratelimit");
  EXPECT_EQ(last_loss(story), (Loss{34, utc(1), utc(9), {}}));
}

// `Peer created` is printed whatever the limit says, so it does not show that nothing was lost
// before it.
TEST(Suppression, ALineThatIsNeverSuppressedBoundsNothing) {
  Story story;
  story.kernel(1, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  story.kernel(5, "Peer 2 created");
  suppressed(story, 9, 34);
  EXPECT_EQ(last_loss(story).from, utc(1));
}

TEST(Suppression, WithoutALineBeforeItTheBeginningIsNotKnown) {
  Story story;
  suppressed(story, 9, 34);
  EXPECT_EQ(last_loss(story), (Loss{34, {}, utc(9), {}}));
}

TEST(Suppression, TheNoticeBeforeIsABoundToo) {
  Story story;
  story.kernel(1, "Receiving keepalive packet from peer 1 (203.0.113.7:51820)");
  suppressed(story, 9, 34);
  suppressed(story, 700, 5);
  EXPECT_EQ(last_loss(story), (Loss{5, utc(9), utc(700), {}}));
}

TEST(Suppression, NoticesOfOneMinuteAreOneRecordWithTheirSum) {
  Story story;
  EXPECT_EQ(suppressed(story, 10, 34).size(), 1U);
  for (int i = 1; i <= 3; ++i) EXPECT_THAT(suppressed(story, 10 + 5 * i, 100), IsEmpty());
  EXPECT_THAT(passes(story, 69.9), IsEmpty());
  EXPECT_THAT(passes(story, 70), ElementsAre("@25 evidence lost: net ratelimit, 300 times"));
  EXPECT_EQ(last_loss(story), (Loss{300, utc(10), utc(25), {}}));
  EXPECT_EQ(story.last.back().created, *utc(70));
}

KernelEvent event(EventKind kind, std::optional<std::uint64_t> count = {}) {
  KernelEvent event;
  event.kind = kind;
  event.count = count;
  if (count) event.text = "net_ratelimit";
  return event;
}

TEST(Suppression, ADayOfNoticesIsAFewRecordsAndNoCountIsLost) {
  SuppressionLog log;
  LossFold fold;
  std::vector<NamedLoss> told;
  const auto tell = [&](std::vector<NamedLoss> suppressions) {
    for (NamedLoss& one : suppressions) told.push_back(std::move(one));
  };
  for (int i = 0; i < 24 * 720; ++i) {
    log.on_line(heard(event(EventKind::keepalive_received), at(5 * i)));
    const Instant noticed = at(5 * i + 4);
    const auto loss = log.on_line(heard(event(EventKind::messages_suppressed, 7), noticed));
    ASSERT_TRUE(loss);
    fold.add(loss->reason, loss->loss);
    tell(fold.take(noticed));
  }
  tell(fold.flush());
  std::uint64_t sum = 0;
  UtcTime reached = *utc(0);
  for (const auto& [reason, loss] : told) {
    sum += *loss.count;
    EXPECT_GE(*loss.from, reached) << "no two overlap";
    EXPECT_GT(*loss.to, *loss.from);
    reached = *loss.to;
  }
  EXPECT_EQ(told.size(), 28U) << "at once, after 1, 4 and 16 minutes, each hour, at the end";
  EXPECT_EQ(sum, 24U * 720 * 7);
}

TEST(Suppression, AfterAWindowWithoutANoticeTheNextIsToldAtOnceAgain) {
  Story story;
  EXPECT_EQ(suppressed(story, 10, 34).size(), 1U);
  EXPECT_THAT(passes(story, 70), IsEmpty());
  EXPECT_THAT(suppressed(story, 75, 2), ElementsAre("@75 evidence lost: net ratelimit, 2 times"));
}

TEST(Suppression, WhatIsFoldedIsToldWhenTheRunEnds) {
  Story story;
  suppressed(story, 10, 34);
  suppressed(story, 15, 1);
  story.auditor.on_stop({}, at(20), story.records);
  EXPECT_THAT(journal(story.take()), ElementsAre("@15 evidence lost: net ratelimit, once"));
}

TEST(Suppression, EachDaemonThatDropsMessagesIsALossOfItsOwn) {
  const struct {
    std::string_view datagram;
    std::string_view message;
    bool has_bound;
  } rows[] = {
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imklog: 7 messages lost due to rate-limiting (5 allowed "
       "within 1 seconds)",
       "@9 evidence lost: imklog, 7 times", true},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imklog from <gw1:kernel>: begin to drop messages due to "
       "rate-limiting",
       "@9 evidence lost: imklog (imklog from <gw1:kernel>)", true},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imjournal: 3 messages lost due to rate-limiting (20000 "
       "allowed within 600 seconds)",
       "@9 evidence lost: imjournal, 3 times", true},
      {"<46>Nov 21 07:00:00 gw1 systemd-journald[1]: Missed 12 kernel messages",
       "@9 evidence lost: journald, 12 times (kernel messages)", true},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imjournal: 236 messages lost due to rate-limiting",
       "@9 evidence lost: imjournal, 236 times", true},
      {"<44>Nov 21 07:00:00 gw1 rsyslogd: imkmsg: some messages in circular buffer got overwritten",
       "@9 evidence lost: imkmsg", true},
      {"<43>Nov 21 07:00:00 gw1 syslog-ng[612]: Destination queue full, dropping messages; "
       "queue_len='10000', log_fifo_size='10000', count='4', "
       "persist_name='afsocket_dd_qfile(dgram,127.0.0.1:9999)'",
       "@9 evidence lost: syslog ng, 4 times (Destination queue full)", true},
      {"<47>Nov 21 07:00:00 gw1 syslog-ng[612]: Destination queue full, dropping message; "
       "queue_len='10000', log_fifo_size='10000', persist_name='afsocket_dd_qfile(dgram,lo:9999)'",
       "@9 evidence lost: syslog ng (Destination queue full)", true},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imuxsock from <gw1:cron>: begin to drop messages due to "
       "rate-limiting",
       "@9 evidence lost: messages suppressed (imuxsock from <gw1:cron>)", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.datagram);
    Story story;
    story.kernel(1, "Peer 2 created");
    EXPECT_THAT(received(story, 9, row.datagram), ElementsAre(row.message));
    EXPECT_EQ(last_loss(story).from, row.has_bound ? utc(1) : std::nullopt);
  }
}

TEST(Suppression, ForgedCountsDoNotWrapAround) {
  Story story;
  suppressed(story, 1, 1);
  suppressed(story, 2, UINT64_MAX);
  suppressed(story, 3, 2);
  passes(story, 61);
  EXPECT_EQ(last_loss(story).count, UINT64_MAX);
}

// `Peer 3 destroyed` and `Peer 4 created` are lost: there are as many peers as before. The kernel's
// own limit is not for these two.
TEST(Suppression, WhereLinesOfAnyKindWereLostNoIdIsCountedOverIt) {
  const struct {
    const char* notice;
    bool is_counted;
  } rows[] = {
      {"<4>Nov 21 07:00:00 gw1 kernel: [   31.100000] net_ratelimit: 2 callbacks suppressed", true},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imuxsock: 2 messages lost due to rate-limiting "
       "(5 allowed within 1 seconds)",
       true},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imklog: 2 messages lost due to rate-limiting "
       "(5 allowed within 1 seconds)",
       false},
      {"<46>Nov 21 07:00:00 gw1 rsyslogd: imklog from <gw1:kernel>: begin to drop messages due to "
       "rate-limiting",
       false},
      {"<44>Nov 21 07:00:00 gw1 systemd-journald[1]: Missed 2 kernel messages", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.notice);
    Story story;
    story.kernel(1, "Interface created");
    for (const int id : {1, 2, 3}) story.kernel(1 + 0.1 * id, fmt::format("Peer {} created", id));
    quiet(story, 2, 21);
    story.datagram(21.1, row.notice);
    quiet(story, 21.2, 30);
    const std::vector<Row> listed = {{"alice", "(none)"}, {"bob", "(none)"}, {"dave", "(none)"}};
    story.dump(30, {dump_interface("wg0", listed)});
    quiet(story, 30.1, 35);
    story.kernel(35, "Sending keepalive packet to peer 3 (203.0.113.7:51820)");
    EXPECT_EQ(story.last.back().peer()->identity,
              row.is_counted ? IdentityState::proven : IdentityState::unresolved);
  }
}

}  // namespace
}  // namespace wgaudit::suppression_test
