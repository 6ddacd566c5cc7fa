#include "wgaudit/peers/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peers/log_story.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

const std::vector<Row> alice_and_bob = {{"alice"}, {"bob"}};

/// wg0 with the peers 1 and 2, seen from its creation, and a log that has gone on for a while.
LogStory two_peers() {
  LogStory story;
  story.line(1, interface_created).line(1.1, peer_created, 1).line(1.2, peer_created, 2);
  story.quiet(1.5, 30);
  return story;
}

TEST(Registry, AsManyIdsAsRowsInAWholeLogAreAnExactMap) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob"));
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

// badpackets and wrongkey: what the dump shows is later than the lines that have arrived.
TEST(Registry, APeerRemovedAndTheNextAddedWithinTheLagDoNotChangePlaces) {
  LogStory story = two_peers();
  story.dump(31.05, {{"alice"}, {"carol"}});
  story.line(31.0, peer_destroyed, 2, "(einval)", 31.9).line(31.01, peer_created, 3, "", 31.91);
  story.quiet(32, 35);
  EXPECT_EQ(story.whose(36, 2), "?");
  story.dump(37, {{"alice"}, {"carol"}}).quiet(37.5, 40);
  EXPECT_EQ(story.whose(41, 1), "alice");
  EXPECT_EQ(story.whose(41, 3), "carol");
}

// peers, 14 s: five destroyed and five created within 7 ms.
TEST(Registry, SetconfGivesNewIdsToEqualRows) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  story.line(36.000, peer_destroyed, 1, "(einval)").line(36.001, peer_destroyed, 2, "(einval)");
  story.line(36.002, peer_created, 3).line(36.003, peer_created, 4);
  story.dump(36.5, {{"bob"}, {"alice"}}).quiet(37, 38);
  story.dump(38.5, {{"bob"}, {"alice"}}).quiet(39, 42);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 bob", "4 alice"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// retransmit: lines change places within a second.
TEST(Registry, ALineOfAPeerMayComeBeforeItsCreated) {
  LogStory story;
  story.line(1, interface_created).quiet(1.5, 30);
  story.line(30.51, handshake_initiation_sent, 7, "10.0.0.7:1", 30.52);
  story.line(30.50, peer_created, 7, "", 30.9);
  story.quiet(31, 33).dump(33.5, {{"alice", "10.0.0.7:1"}}).quiet(34, 37);
  EXPECT_THAT(story.identified(), ElementsAre("7 alice"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// peers, 59 to 63 s: debug is off after a load, so that id 1 is not seen.
TEST(Registry, AfterALoadTheLogIsNotWholeAndTheYoungestAreTheLastRows) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  story.line(40, module_loaded).dump(42, {{"zoe"}});
  story.line(43, peer_created, 2).line(43.5, peer_created, 3).quiet(44, 45);
  story.dump(46, {{"zoe"}, {"bob"}, {"carol"}}).quiet(46.5, 50);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "2 bob", "3 carol"));
  EXPECT_EQ(story.whose(51, 1), "?") << "named for the first time";
  story.quiet(51.5, 55);
  EXPECT_EQ(story.whose(56, 1), "zoe") << "the only row that is left";
}

TEST(Registry, ALineOfANewLoadIsNotTakenForTheOldPeer) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  EXPECT_EQ(story.whose(35.5, 1), "alice");
  story.line(36, module_loaded);
  EXPECT_EQ(story.whose(36.1, 1), "?") << "though the load is not applied yet";
}

// peers, 21 to 23 s: an id that lives 0.7 s only under the other name.
TEST(Registry, ARenameKeepsIds) {
  LogStory story = two_peers();
  story.renamed(31, "wg0", "wgren").line(32, peer_created, 3).quiet(32.5, 34);
  story.dump(34.5, {{"alice"}, {"bob"}, {"carol"}}).quiet(35, 37);
  story.line(37.5, peer_destroyed, 3, "(einval)").renamed(38, "wgren", "wg0").quiet(38.5, 40);
  story.dump(40.5, alice_and_bob).quiet(41, 43);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol"));
  EXPECT_EQ(story.whose(44, 1), "alice");
}

TEST(Registry, AnInterfaceThatNoDumpHasIsForeignAndGetsNoKey) {
  LogStory story;
  story.line(1, interface_created).line(1.1, peer_created, 1).quiet(1.5, 30);
  story.dump(31, {dump_interface("wg1", {{"alice"}})});
  story.dump(32, {dump_interface("wg1", {{"alice"}})}).quiet(32.5, 36);
  EXPECT_EQ(story.whose(37, 1), "foreign");
  EXPECT_THAT(story.identified(), IsEmpty());
}

// netns: wg0 is moved away, its lines go on, and another wg0 appears.
TEST(Registry, AnInterfaceThatIsMovedAwayKeepsWhatWasProvenAndNothingIsProvenOfTheNext) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  story.dump(36, std::vector<DumpInterface>{}).dump(37, std::vector<DumpInterface>{});
  story.quiet(37.5, 40);
  EXPECT_EQ(story.whose(40.5, 1), "alice");
  story.line(41, interface_created).line(41.1, peer_created, 8).line(41.2, peer_created, 9);
  story.quiet(42, 44).dump(45, {{"carol"}, {"dave"}}).quiet(45.5, 48);
  EXPECT_EQ(story.whose(49, 8), "?") << "which of the two of that name was dumped?";
  EXPECT_EQ(story.whose(49, 1), "alice");
}

TEST(Registry, ALostCreatedIsAContradictionAndWhatFollowsIsProvenAnew) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  story.dump(36, {{"alice"}, {"bob"}, {"carol"}}).quiet(36.5, 40);
  EXPECT_THAT(story.contradicted(), ElementsAre("more_rows_than_ids"));
  EXPECT_THAT(story.findings.contradictions.front().ids, ElementsAre(PeerId{1}, PeerId{2}));
  EXPECT_EQ(story.whose(41, 1), "?");
  story.line(42, peer_created, 4).quiet(43, 45);
  story.dump(46, {{"alice"}, {"bob"}, {"carol"}, {"dave"}}).quiet(46.5, 50);
  EXPECT_EQ(story.whose(51, 4), "dave") << "the last row, whatever was lost before";
}

// A forger, or a namesake in another namespace: the journal is not to be filled with it.
TEST(Registry, AfterThreeContradictionsNothingIsProvenForAnHour) {
  LogStory story = two_peers();
  double time = 31;
  for (const char* const other : {"bob", "carol", "dave", "erin", "frank", "grace"}) {
    story.dump(time, {{"alice"}, {other}}).quiet(time + 0.5, time + 4);
    time += 5;
  }
  EXPECT_THAT(story.contradicted(), ElementsAre("other_key", "unknown_row", "unknown_row"));
  EXPECT_EQ(story.whose(time, 1), "?");
  story.quiet(3700, 3710).dump(3711, {{"alice"}, {"grace"}}).quiet(3712, 3716);
  EXPECT_EQ(story.whose(3717, 1), "alice");
}

TEST(Registry, SwitchedOnLateItProvesByOrderOnceAllIdsAreNamed) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), IsEmpty());
  story.line(36, keepalive_sent, 9, "10.0.0.9:1").quiet(36.5, 40);
  EXPECT_THAT(story.identified(), ElementsAre("5 alice", "9 bob"));
}

TEST(Registry, SwitchedOnLateAnEndpointExcludesARowThatHasNone) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, {{"alice", "(none)"}, {"bob", "10.0.0.5:1"}}).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("5 bob"));
}

// roaming, 90 to 106 s: two rows with one endpoint, ports swapped, silent between.
TEST(Registry, AnEqualEndpointAloneProvesNothing) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, {{"alice", "10.0.0.5:2"}, {"bob", "10.0.0.5:1"}}).quiet(31.5, 33);
  story.line(34, keepalive_sent, 5, "10.0.0.5:1").quiet(34.5, 36);
  story.dump(37, {{"alice", "10.0.0.5:1"}, {"bob", "10.0.0.5:2"}}).quiet(37.5, 40);
  EXPECT_THAT(story.identified(), IsEmpty());
}

TEST(Registry, AnIdAbove32BitsIsAnId) {
  LogStory story;
  const std::uint64_t id = 5'000'000'000;
  story.line(1, interface_created).line(1.1, peer_created, id).quiet(1.5, 30);
  story.dump(31, {{"alice"}}).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("5000000000 alice"));
}

// rsyslog: stopped for 4 s, then all at once.
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
}  // namespace wgaudit
