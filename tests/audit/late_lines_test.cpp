// Lines that are older than they should be when they come, and those that never come.

#include "wgaudit/audit/late_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::late_lines_test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// A line that was printed at one time and received at another.
std::vector<std::string> line(Story& story, double printed, double received,
                              std::string_view text =
                                  "Receiving keepalive packet from peer 1 "
                                  "(203.0.113.7:51820)") {
  return story.datagram(received, fmt::format("<7>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] wireguard:"
                                              " wg0: {}",
                                              10 + printed, text));
}

/// Losses as they are recorded, from what all lines tell.
std::vector<std::string> lost(Story& story, double until) {
  story.auditor.on_time(at(until), story.records);
  story.take();
  std::vector<std::string> texts;
  for (const Record& record : story.last) {
    if (record.as<Loss>() != nullptr) texts.push_back(record.message);
  }
  return texts;
}

const Loss& last_loss(const Story& story) {
  return *story.last.back().as<Loss>();
}

TEST(LateLines, ABurstAfterAnOutageIsOneLossWithoutACountOfWhatWasPrompt) {
  Story story;
  line(story, 1, 1);
  line(story, 2, 9);
  line(story, 5, 9);
  line(story, 8.7, 9);
  line(story, 8.9, 9);
  line(story, 9.5, 9.5);
  EXPECT_THAT(lost(story, 10), ElementsAre("evidence lost: lines late, 3 times, up to 7.0 s"));
  EXPECT_EQ(last_loss(story), (Loss{3, at(2).utc, at(9).utc, {}, milliseconds(7000)}));
}

TEST(LateLines, ABurstThatNoLineFollowsIsToldAllTheSame) {
  Story story;
  line(story, 1, 1);
  line(story, 2, 9);
  EXPECT_THAT(lost(story, 10.1), IsEmpty());
  EXPECT_THAT(lost(story, 10.2), ElementsAre("evidence lost: lines late, once, up to 7.0 s"));
}

TEST(LateLines, ALineMayTakeASecond) {
  const struct {
    double received;
    std::vector<std::string> losses;
  } rows[] = {{3, {}}, {3.2, {"evidence lost: lines late, once, up to 1.2 s"}}};
  for (const auto& row : rows) {
    Story story;
    line(story, 1, 1);
    line(story, 2, row.received);
    EXPECT_EQ(lost(story, 10), row.losses);
  }
}

TEST(LateLines, StampsThatGoBackAreLinesThatTookAnotherWayOrCameAgain) {
  Story story;
  line(story, 1, 1);
  line(story, 5, 5);
  line(story, 2, 5.1);
  line(story, 3, 5.1);
  line(story, 4.5, 5.2);
  line(story, 6, 6);
  EXPECT_THAT(lost(story, 9),
              ElementsAre("evidence lost: lines out of order, 2 times, up to 3.1 s"));
  EXPECT_EQ(last_loss(story), (Loss{2, at(2).utc, at(5.1).utc, {}, milliseconds(3100)}));
}

TEST(LateLines, LinesWithoutStampsAreNotKnownToBeLate) {
  Story story;
  line(story, 1, 1);
  story.datagram(9, "<7>Nov 21 07:00:00 gw1 kernel: wireguard: wg0: Peer 1 created");
  EXPECT_THAT(lost(story, 12), IsEmpty());
}

TEST(LateLines, AnOutageAtTheEndOfARunIsTold) {
  Story story;
  line(story, 1, 1);
  line(story, 2, 9);
  story.auditor.on_stop({}, at(9.1), story.records);
  EXPECT_THAT(lost(story, 9.2), ElementsAre("evidence lost: lines late, once, up to 7.0 s"));
}

TEST(MissingLines, APeerThatNoLineSaidWasCreatedIsOne) {
  Story story;
  line(story, 0, 0);
  line(story, 3, 3, "Peer 4 created");
  line(story, 9, 9, "Peer 7 created");
  line(story, 9.5, 9.5, "Peer 8 created");
  quiet(story, 10, 12);
  EXPECT_THAT(lost(story, 12), ElementsAre("evidence lost: lines missing, 2 times (Peer 5 to 6 "
                                           "created)"));
  EXPECT_EQ(last_loss(story).to, at(9).utc);
  EXPECT_EQ(last_loss(story).from, at(3 - 1.1).utc) << "a line may take so long";
}

TEST(MissingLines, LinesThatChangedPlacesWithinASecondAreThere) {
  Story story;
  line(story, 1, 1, "Peer 4 created");
  line(story, 1.2, 1.3, "Peer 6 created");
  line(story, 1.1, 1.4, "Peer 5 created");
  quiet(story, 2, 5);
  EXPECT_THAT(lost(story, 5), IsEmpty());
}

TEST(MissingLines, AModuleLoadBeginsTheNumbersAgain) {
  Story story;
  line(story, 1, 1, "Peer 4 created");
  story.datagram(3,
                 "<6>Nov 21 07:00:00 gw1 kernel: [   13.000000] wireguard: WireGuard 1.0.0 loaded. "
                 "See www.wireguard.com for information.");
  line(story, 4, 4, "Peer 6 created");
  quiet(story, 5, 8);
  line(story, 9, 9, "Peer 8 created");
  quiet(story, 10, 12);
  EXPECT_THAT(lost(story, 12),
              ElementsAre("evidence lost: lines missing, once (Peer 7 to 7 created)"));
}

}  // namespace
}  // namespace wgaudit::late_lines_test
