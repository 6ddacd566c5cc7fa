#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::forgery_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Forgery forgery() {
  return {"foreign_sender",
          *parse_endpoint("127.0.0.1:40123"),
          {3, at(1).utc, at(4).utc, 1000, "<7>kernel: \x1b[31m\\\xff"}};
}

std::vector<std::string> told(Story& story, Forgery forged, double time) {
  story.auditor.on_forgery(std::move(forged), at(time), story.records);
  return story.take();
}

TEST(Forgery, IsRecordedAsOfItsFirstDatagramAndFitForATerminal) {
  Story story;
  EXPECT_THAT(told(story, forgery(), 5),
              ElementsAre("@1 forged input: foreign sender, 3 times, from 127.0.0.1:40123, uid "
                          "1000: <7>kernel: \\x1b[31m\\x5c\\xff"));
  Forgery once = forgery();
  once.facts.count = 1;
  once.facts.uid.reset();
  once.source = {};
  EXPECT_THAT(told(story, once, 5),
              ElementsAre("@1 forged input: foreign sender: <7>kernel: \\x1b[31m\\x5c\\xff"));
}

TEST(Forgery, IsReadBackFromTheJournalAsItWas) {
  Story story;
  told(story, forgery(), 5);
  const std::string json = to_json(story.last.back(), {});
  EXPECT_THAT(json, HasSubstr(R"("source":{"ip":"127.0.0.1","port":40123})"));
  EXPECT_THAT(
      json,
      HasSubstr(R"("forgery":{"count":3,"first":"2026-11-21T07:00:01.000000Z","last":)"
                R"("2026-11-21T07:00:04.000000Z","uid":1000,"sample":"<7>kernel: \\x1b[31m)"));
  const auto read = parse_record(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->as<ForgeryBody>()->facts, forgery().facts);
  EXPECT_EQ(read->endpoint(), forgery().source);
  EXPECT_EQ(read->reason, "foreign_sender");
}

TEST(Forgery, WhatWasRefusedCountsAsReceivedAndRejected) {
  Story story;
  story.auditor.on_refused("wrong_mark", 0);
  EXPECT_THAT(story.auditor.counters().rejected, IsEmpty());
  story.auditor.on_refused("wrong_mark", 5);
  story.auditor.on_refused("wrong_mark", 2);
  EXPECT_EQ(story.auditor.counters().received, 7U);
  EXPECT_THAT(story.auditor.counters().rejected, ElementsAre(Pair("wrong_mark", 7U)));
  story.auditor.record_rejections(at(60), story.records);
  EXPECT_THAT(story.take(),
              ElementsAre("@60 evidence lost: datagrams rejected, 7 times (wrong_mark 7)"));
}

}  // namespace
}  // namespace wgaudit::forgery_test
