#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::grace_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AuditorOptions with_grace() {
  AuditorOptions options;
  options.names[key_of("alice")] = "alice";
  options.grace = std::chrono::seconds(60);
  return options;
}

const Dump& with_alice() {
  static const Dump dump = {
      dump_interface("wg0", {{"alice", "203.0.113.7:1", 10, 1000, 2000}, {"bob", "(none)"}})};
  return dump;
}

/// A run that has told of alice online.
Story begun() {
  Story story(with_grace());
  story.dump(0.1, {dump_interface("wg0", {{"alice", "(none)"}, {"bob", "(none)"}})});
  story.dump(10.5, with_alice());
  return story;
}

TEST(Grace, AnInterfaceThatIsGoneWithinItIsToldOnceAlsoOverARestart) {
  Story before = begun();
  before.dump(20, {});
  EXPECT_THAT(before.dump(20.5, {}), ElementsAre("@20.5 CONFIG wg0: interface removed"));
  Story after = restarted(before, 30, with_grace());
  EXPECT_THAT(after.dump(31, {}), IsEmpty());
  EXPECT_THAT(after.dump(31.5, {}), IsEmpty());
  EXPECT_THAT(
      after.dump(81, {}),
      testing::UnorderedElementsAre(
          "@20.5 REMOVED wg0 alice (interface removed)",
          "@20.5 REMOVED wg0 Ym9iAAAA (interface removed)",
          "@20.5 SESSION wg0 alice ended (interface removed) after 10 s, received 1000, sent 2000 "
          "bytes"));
  Story third = restarted(after, 90, with_grace());
  EXPECT_THAT(third.dump(91, {}), IsEmpty());
  EXPECT_THAT(third.dump(91.5, {}), IsEmpty());
}

TEST(Grace, AnInterfaceThatIsGoneWithinItIsToldOnceAlsoByTheHeadOfTheNextSegment) {
  Story before = begun();
  before.dump(20, {});
  before.dump(20.5, {});
  before.last.clear();
  before.auditor.snapshot_records(at(25), before.records);
  before.take();
  Story after = restarted(before, 30, with_grace());
  EXPECT_THAT(after.dump(31, {}), IsEmpty());
  EXPECT_THAT(after.dump(31.5, {}), IsEmpty());
}

TEST(Grace, APeerThatIsGoneWithinItIsToldOnceAlsoOverARestart) {
  Story before = begun();
  const Dump bob = {dump_interface("wg0", {{"bob", "(none)"}})};
  EXPECT_THAT(before.dump(20, bob), ElementsAre("@20 CONFIG wg0 alice: peer removed"));
  Story after = restarted(before, 30, with_grace());
  EXPECT_THAT(after.dump(31, bob), IsEmpty());
  EXPECT_THAT(after.dump(80, bob),
              ElementsAre("@20 REMOVED wg0 alice (peer removed)",
                          "@20 SESSION wg0 alice ended (peer removed) after 10 s, received 1000, "
                          "sent 2000 bytes"));
}

TEST(Grace, WhoComesBackWithinItBehindARestartKeepsTheSession) {
  Story before = begun();
  before.dump(20, {});
  before.dump(20.5, {});
  Story after = restarted(before, 30, with_grace());
  EXPECT_THAT(after.dump(31, {dump_interface("wg0", {{"alice", "(none)"}, {"bob", "(none)"}})}),
              ElementsAre("@31 CONFIG wg0: interface added"));
  EXPECT_THAT(after.dump(41, {dump_interface("wg0", {{"alice", "203.0.113.7:1", 40, 180, 92},
                                                     {"bob", "(none)"}})}),
              IsEmpty());
  Story third = restarted(after, 50, with_grace());
  EXPECT_THAT(third.dump(51, {dump_interface("wg0", {{"alice", "203.0.113.7:1", 40, 180, 92},
                                                     {"bob", "(none)"}})}),
              IsEmpty());
}

}  // namespace
}  // namespace wgaudit::grace_test
