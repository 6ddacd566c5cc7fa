// Debug was switched on late, or off by a load: peers are older than the log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_late_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

TEST(RegistryLate, OrderProvesOnceAllIdsAreNamed) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), IsEmpty());
  story.line(36, keepalive_sent, 9, "10.0.0.9:1").quiet(36.5, 40);
  EXPECT_THAT(story.identified(), ElementsAre("5 alice", "9 bob"));
}

TEST(RegistryLate, AnEndpointExcludesARowThatHasNone) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, {{"alice", "(none)"}, {"bob", "10.0.0.5:1"}}).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("5 bob"));
}

TEST(RegistryLate, APeerWithoutEndpointIsNoRowThatEverHadOne) {
  LogStory story;
  story.line(1, handshake_initiation_sent, 5, "(einval)").quiet(1.5, 30);
  story.dump(31, {{"alice"}, {"bob", "(none)"}}).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), IsEmpty()) << "alice may have got hers since";
  story.line(36, handshake_initiation_sent, 5, "(einval)").quiet(36.5, 38);
  EXPECT_THAT(story.identified(), ElementsAre("5 bob"));
}

TEST(RegistryLate, AResponseExcludesRowsWithoutAHandshakeSince) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, {{"alice", "10.0.0.7:1", 2}, {"bob", "10.0.0.8:1", 3}}).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), IsEmpty());
  story.line(36, handshake_response_received, 5, "10.0.0.5:2");
  story.dump(37, {{"alice", "10.0.0.7:1", 2, 32}, {"bob", "10.0.0.8:1", 36, 92}});
  story.quiet(37.5, 40);
  ASSERT_THAT(story.identified(), ElementsAre("5 bob"));
  EXPECT_THAT(story.findings.settlements.front().evidence, Contains(Evidence::handshake));
}

TEST(RegistryLate, WhoGoesWithARowWasIt) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, {{"alice"}, {"bob"}, {"carol"}}).quiet(31.5, 35);
  story.line(36, peer_destroyed, 5, "10.0.0.5:1").quiet(36.5, 38);
  story.dump(39, {{"alice"}, {"carol"}}).quiet(39.5, 42);
  ASSERT_THAT(story.identified(), ElementsAre("5 bob"));
  EXPECT_THAT(story.findings.settlements.front().evidence, Contains(Evidence::lifetime));
}

TEST(RegistryLate, WhoGoesWithARowWasItThoughNoLineNamedItBefore) {
  LogStory story;
  story.debug_on().quiet(1, 30).dump(31, {{"alice"}, {"bob"}, {"carol"}}).quiet(31.5, 35);
  story.line(36, peer_destroyed, 5, "10.0.0.5:1").quiet(36.5, 38);
  story.dump(39, {{"alice"}, {"carol"}}).quiet(39.5, 42);
  EXPECT_THAT(story.identified(), ElementsAre("5 bob"));
}

TEST(RegistryLate, WhatIsCreatedIsTheLastRowsWhateverPrecedesThem) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, alice_and_bob).quiet(31.5, 35);
  story.line(36, peer_created, 11).line(36.1, peer_created, 12).quiet(36.5, 38);
  story.dump(39, {{"alice"}, {"bob"}, {"carol"}, {"dave"}}).quiet(39.5, 42);
  EXPECT_THAT(story.identified(), ElementsAre("11 carol", "12 dave"));
}

// The trace peers, 59 to 63 s: debug is off after a load, so that id 1 is not seen.
TEST(RegistryLate, AfterALoadTheLogIsNotWholeAndTheYoungestAreTheLastRows) {
  LogStory story = two_proven_peers();
  story.line(40, module_loaded).dump(42, {{"zoe"}});
  story.line(43, peer_created, 2).line(43.5, peer_created, 3).quiet(44, 45);
  story.dump(46, {{"zoe"}, {"bob"}, {"carol"}}).quiet(46.5, 50);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "2 bob", "3 carol"));
  EXPECT_EQ(story.whose(51, 1), "?") << "named for the first time";
  story.quiet(51.5, 55);
  EXPECT_EQ(story.whose(56, 1), "zoe") << "the only row that is left";
}

// A load switches debug off: what comes and goes until it is on again is not seen.
TEST(RegistryLate, ADumpBeforeTheFirstLineOfALoadDoesNotCount) {
  LogStory story;
  story.quiet(1, 30).line(31, module_loaded).quiet(31.5, 32).dump(33, {{"zoe"}, {"yan"}});
  story.quiet(33.5, 39).line(40, peer_created, 9).quiet(40.5, 42);
  story.dump(43, {{"zoe"}, {"xia"}, {"carol"}}).quiet(43.5, 46);
  EXPECT_THAT(story.identified(), ElementsAre("9 carol"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryLate, ADumpBeforeALoadTellsOfNoInterfaceBehindIt) {
  LogStory story = two_proven_peers();
  story.dump(39.95, alice_and_bob).line(40, module_loaded).line(41, interface_created);
  story.line(41.1, peer_created, 1).quiet(41.5, 43).dump(44, {{"zoe"}}).quiet(44.5, 48);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "1 zoe"));
}

TEST(RegistryLate, ALineOfANewLoadIsNotTakenForTheOldPeer) {
  LogStory story = two_proven_peers();
  EXPECT_EQ(story.whose(35.5, 1), "alice");
  story.line(36, module_loaded);
  EXPECT_EQ(story.whose(36.1, 1), "?") << "though the load is not applied yet";
}

TEST(RegistryLate, ARenameSoonBehindADumpDoesNotSpoilIt) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").line(2, keepalive_sent, 9, "10.0.0.9:1");
  story.quiet(2.5, 30).dump(31, alice_and_bob).renamed(31.3, "wg0", "wgren").quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("5 alice", "9 bob"));
}

TEST(RegistryLate, WhatChangesWhileADumpIsTakenIsLeftToTheNext) {
  const struct {
    const char* name;
    EventKind kind;
    std::uint64_t id;
    std::vector<Row> rows;  // as if it had changed already
    std::vector<std::string> identified;
  } rows[] = {
      {"created", peer_created, 11, {{"alice"}, {"bob"}, {"carol"}}, {"11 carol"}},
      {"destroyed", peer_destroyed, 5, {{"alice"}}, {"5 bob"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
    story.dump(31, alice_and_bob).quiet(31.5, 35);
    story.dump(36, row.rows).line(36.05, row.kind, row.id, "").quiet(36.5, 38);
    EXPECT_THAT(story.identified(), IsEmpty());
    story.dump(39, row.rows).quiet(39.5, 43);
    EXPECT_EQ(story.identified(), row.identified);
    EXPECT_THAT(story.contradicted(), IsEmpty());
  }
}

// `destroyed` is printed when the peer has left the list already.
TEST(RegistryLate, WhoGoesAsTheRowsAreFirstSeenMayNotBeAmongThem) {
  for (const double destroyed : {31.3, 31.8}) {
    SCOPED_TRACE(destroyed);
    LogStory story;
    story.quiet(1, 30).dump(31, {{"alice"}}).line(destroyed, peer_destroyed, 9, "10.0.0.9:1");
    story.quiet(32, 35);
    EXPECT_THAT(story.identified(), IsEmpty()) << "9 may be bob, who is gone";
  }
}

TEST(RegistryLate, WhoGoesAsTheRowsAreFirstSeenIsNotCountedAmongThem) {
  LogStory story;
  story.quiet(1, 30).dump(31, {{"alice"}}).line(31.3, peer_destroyed, 9, "10.0.0.9:1");
  story.quiet(32, 35).dump(36, {{"alice"}}).quiet(36.5, 38).dump(39, {{"alice"}}).quiet(39.5, 43);
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// The trace roaming, 90 to 106 s: two rows show one endpoint, then ports are swapped, and nothing
// is printed.
TEST(RegistryLate, AnEqualEndpointProvesNothingWhereAnotherRowHasShownIt) {
  const struct {
    const char* name;
    std::vector<Row> between;
  } rows[] = {
      {"both had it meanwhile", {{"alice", "10.0.0.5:1"}, {"bob", "10.0.0.5:1"}}},
      {"it went from one to the other", {{"alice", "10.0.0.5:1"}, {"bob", "10.0.0.5:2"}}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    story.quiet(1, 9).dump(10, {{"alice", "10.0.0.5:1"}, {"bob", "10.0.0.5:2"}}).quiet(10.5, 19);
    story.line(20, keepalive_sent, 5, "10.0.0.5:1").quiet(20.5, 30);
    story.dump(31, row.between).quiet(31.5, 33);
    if (row.between[1].endpoint == "10.0.0.5:2") {
      EXPECT_THAT(story.identified(), ElementsAre()) << "the line is older than the dump";
      story.dump(33.5, {{"alice", "10.0.0.5:2"}, {"bob", "10.0.0.5:1"}}).quiet(34, 34.5);
    }
    story.line(35, keepalive_sent, 5, "10.0.0.5:1").quiet(35.5, 36);
    story.dump(37, {{"alice", "10.0.0.5:2"}, {"bob", "10.0.0.5:1"}}).quiet(37.5, 41);
    EXPECT_THAT(story.identified(), IsEmpty());
  }
}

// The trace peers, 31 to 48 s: the kernel prints the scope as a number, wg as an interface.
TEST(RegistryLate, TheZoneOfALinkLocalEndpointIsSpeltDifferently) {
  const struct {
    const char* name;
    std::string_view of_alice;
    std::string_view of_bob;
    std::vector<std::string> identified;
  } rows[] = {
      {"one address", "[fe80::2%vns1]:40001", "[fe80::1%vns1]:40001", {"5 bob"}},
      {"one address, another port", "[fe80::1%vns1]:40002", "[fe80::1%vns1]:40001", {"5 bob"}},
      {"one address on two links", "[fe80::1%vns1]:40001", "[fe80::1%vns2]:40001", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    const std::vector<Row> both = {{"alice", row.of_alice}, {"bob", row.of_bob}};
    story.quiet(1, 9).dump(10, both).quiet(10.5, 19);
    story.line(20, keepalive_sent, 5, "[fe80::1]:40001/0%2").quiet(20.5, 30);
    story.dump(31, both).quiet(31.5, 33);
    story.line(34, keepalive_sent, 5, "[fe80::1]:40001/0%2").quiet(34.5, 38);
    story.dump(39, both).quiet(39.5, 43);
    EXPECT_EQ(story.identified(), row.identified);
  }
}

}  // namespace
}  // namespace wgaudit::registry_late_test
