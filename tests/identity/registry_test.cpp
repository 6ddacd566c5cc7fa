#include "wgaudit/identity/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

TEST(Registry, AsManyIdsAsRowsInAWholeLogAreAnExactMap) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  ASSERT_THAT(story.identified(), ElementsAre("1 alice", "2 bob"));
  EXPECT_EQ(story.whose(36, 2), "bob");
  const Settlement& first = story.findings.settlements.front();
  EXPECT_THAT(first.evidence, ElementsAre(Evidence::order, Evidence::count));
  EXPECT_EQ(first.events, (EventRange{2, 2})) << "the line that told of its creation";
}

TEST(Registry, SilenceProvesNothing) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob);
  story.advance(100);
  EXPECT_THAT(story.identified(), IsEmpty()) << "a syslog daemon that is stuck is silent, too";
  story.quiet(101, 104);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob"));
}

// The traces retransmit and reordered: lines change places within a second.
TEST(Registry, ALineOfAPeerMayComeBeforeItsCreated) {
  LogStory story;
  story.line(1, interface_created).quiet(1.5, 30);
  story.line(30.51, handshake_initiation_sent, 7, "10.0.0.7:1", 30.52).quiet(30.6, 31.2);
  story.line(30.50, peer_created, 7, "", 31.4);
  story.quiet(31.5, 33).dump(33.5, {{"alice", "10.0.0.7:1"}}).quiet(34, 37);
  EXPECT_THAT(story.identified(), ElementsAre("7 alice"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(Registry, ALineThatComesTwiceIsOne) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 2, "(einval)").line(36.1, peer_created, 3).quiet(36.5, 37.5);
  story.line(36, peer_destroyed, 2, "(einval)", 37.7).line(36.1, peer_created, 3, "", 37.8);
  story.quiet(38, 39).dump(39.5, {{"alice"}, {"carol"}}).quiet(40, 43);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// The daemon is started while the syslog daemon is stuck: what it then gets is seconds old.
TEST(Registry, AnOldBurstAtTheStartProvesNothingUntilLinesKeepPace) {
  LogStory story;
  story.line(10, interface_created, 0, "", 14).line(10.1, peer_created, 1, "", 14);
  story.line(10.9, peer_created, 2, "", 14.001).dump(14.1, {{"alice"}, {"carol"}});
  story.line(12.8, keepalive_sent, 1, "10.0.0.7:1", 15.5);
  story.advance(17);
  EXPECT_THAT(story.identified(), IsEmpty()) << "a `destroyed` of 13 s is still to come";
  story.line(13.5, peer_destroyed, 2, "(einval)", 17.1).line(13.6, peer_created, 3, "", 17.1);
  story.quiet(18, 50);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "3 carol"));
}

// The trace rsyslog: it is stopped for 4 s, and then all lines come at once.
TEST(Registry, AStalledSyslogDaemonDelaysProofAndMisleadsNobody) {
  LogStory story = two_peers();
  story.dump(31, {{"alice"}, {"carol"}}).dump(33, {{"alice"}, {"carol"}});
  story.line(30.8, peer_destroyed, 2, "(einval)", 34.8).line(30.9, peer_created, 3, "", 34.801);
  story.quiet(35, 40);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "3 carol"));
}

TEST(Registry, WhatWasRestoredHoldsUntilADumpContradictsIt) {
  const struct {
    const char* name;
    std::vector<Row> rows;
    const char* whose_2;
  } rows[] = {
      {"the same peers", {{"alice"}, {"bob"}}, "bob"},
      {"in another order", {{"bob"}, {"alice"}}, "?"},
      {"one is gone", {{"alice"}}, "?"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    const InterfaceName wg0 = *parse_interface_name("wg0");
    story.registry.restore(wg0, PeerId{1}, key_of("alice"));
    story.registry.restore(wg0, PeerId{2}, key_of("bob"));
    EXPECT_EQ(story.whose(1, 2), "bob");
    story.quiet(1.5, 30).dump(31, row.rows).quiet(31.5, 35);
    EXPECT_EQ(story.whose(36, 2), row.whose_2);
  }
}

TEST(Registry, WhatWasRestoredHelpsToProveTheOthers) {
  LogStory story;
  story.registry.restore(*parse_interface_name("wg0"), PeerId{2}, key_of("bob"));
  story.line(1, keepalive_sent, 3, "10.0.0.3:1").quiet(1.5, 30);
  story.dump(31, {{"alice"}, {"bob"}, {"carol"}}).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), IsEmpty()) << "peer 2 can have gone meanwhile";
  story.line(36, keepalive_sent, 2, "10.0.0.2:1").quiet(36.5, 40);
  EXPECT_THAT(story.identified(), ElementsAre("3 carol"));
}

// `wg-quick down` and `up`, with one peer more, between two runs: alice is 10 now.
TEST(Registry, WhatWasRestoredAndIsGoneAnchorsNobody) {
  LogStory story;
  story.debug_on();
  const InterfaceName wg0 = *parse_interface_name("wg0");
  story.registry.restore(wg0, PeerId{1}, key_of("alice"));
  story.registry.restore(wg0, PeerId{2}, key_of("bob"));
  story.line(1, keepalive_sent, 10, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, {{"alice"}, {"bob"}, {"dave"}}).quiet(31.5, 35);
  EXPECT_EQ(story.whose(36, 10), "?");
}

TEST(Registry, ExplainsWhatItKnowsOfAnId) {
  LogStory story = two_peers();
  EXPECT_THAT(story.registry.explain(PeerId{3}), IsEmpty());
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  EXPECT_THAT(
      story.registry.explain(PeerId{2}),
      ElementsAre("peer 2 of wg0 is " + to_text(key_of("bob")) + ", proven by order, count",
                  "created at [1.200000]", "the log of the interface is whole, from its creation",
                  "row 2 of 2 in the dump of 2026-11-21T07:00:31.000000Z, when 2 ids were "
                  "known to live"));
}

}  // namespace
}  // namespace wgaudit::registry_test
