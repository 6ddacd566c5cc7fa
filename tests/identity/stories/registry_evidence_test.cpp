// Evidence that excludes a row, and dumps that count.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_evidence_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using enum EventKind;

const std::vector<Row> alice_and_bob = {{"alice"}, {"bob"}};

std::vector<std::string> evidence_of(const LogStory& story) {
  std::vector<std::string> texts;
  for (const Settlement& one : story.findings.settlements) {
    std::string text = std::to_string(static_cast<std::uint64_t>(one.id));
    for (const Evidence evidence : one.evidence) text.append(" ").append(to_text(evidence));
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST(RegistryEvidence, ADumpCountsFromTheFirstDebugLineOn) {
  LogStory story;
  story.quiet(1, 30).dump(31, alice_and_bob).quiet(31.5, 35);
  // Bob was replaced while debug was off, and then debug was switched on.
  story.line(36, keepalive_sent, 5, "10.0.0.5:1").line(36.1, keepalive_sent, 9, "10.0.0.9:1");
  story.quiet(37, 40);
  EXPECT_THAT(story.identified(), IsEmpty());
  story.dump(41, {{"alice"}, {"carol"}}).quiet(41.5, 45);
  EXPECT_THAT(story.identified(), ElementsAre("5 alice", "9 carol"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryEvidence, WhereDebugIsKnownToBeOnAnEarlierDumpCounts) {
  LogStory story;
  story.debug_on().quiet(1, 30).dump(31, alice_and_bob).quiet(31.5, 35);
  story.line(36, peer_destroyed, 5, "10.0.0.5:1").line(36.1, peer_destroyed, 9, "10.0.0.9:1");
  story.quiet(37, 40);
  EXPECT_THAT(story.identified(), UnorderedElementsAre("5 alice", "9 bob"));
}

TEST(RegistryEvidence, ALoadEndsTheKnowledgeThatDebugIsOn) {
  LogStory story;
  story.debug_on().quiet(1, 30).line(31, module_loaded).quiet(31.5, 33);
  story.dump(34, alice_and_bob).quiet(34.5, 36);
  story.line(37, peer_destroyed, 1, "10.0.0.5:1").line(37.1, peer_destroyed, 2, "10.0.0.9:1");
  story.quiet(38, 41);
  EXPECT_THAT(story.identified(), IsEmpty());
}

// The trace roaming, 118 s: one client is dead, another has its endpoint, and keepalives come.
TEST(RegistryEvidence, APacketExcludesARowWhoseCounterStood) {
  const struct {
    const char* name;
    std::uint64_t alice_before, alice_after;
    std::vector<std::string> evidence;
  } rows[] = {
      {"alice's counter stood", 500, 500, {"9 order traffic"}},
      {"both grew", 500, 532, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    story.debug_on().line(1, keepalive_received, 9, "10.0.0.9:1").quiet(1.5, 30);
    story.dump(31, {{"alice", "10.0.0.9:1", 1, row.alice_before}, {"bob", "10.0.0.9:1", 1, 700}});
    story.quiet(31.5, 33).line(34, keepalive_received, 9, "10.0.0.9:1").quiet(34.5, 36);
    story.dump(37, {{"alice", "10.0.0.9:1", 1, row.alice_after}, {"bob", "10.0.0.9:1", 1, 732}});
    story.quiet(37.5, 40);
    EXPECT_EQ(evidence_of(story), row.evidence);
  }
}

TEST(RegistryEvidence, AResponseExcludesARowWhoseHandshakeIsOlder) {
  const struct {
    const char* name;
    double set_forward;
    std::vector<std::string> evidence;
  } rows[] = {
      {"the wall clock goes on", 0, {"9 order handshake"}},
      {"the wall clock was set while the line was on its way", 60, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    story.debug_on().quiet(1, 33.5);
    story.wall_ahead = row.set_forward;
    story.line(33.9, handshake_response_received, 9, "10.0.0.9:1", 34.3).quiet(34.5, 36);
    story.dump(37, {{"alice", "10.0.0.9:1", 31}, {"bob", "10.0.0.9:1", 34}}).quiet(37.5, 40);
    EXPECT_EQ(evidence_of(story), row.evidence);
    EXPECT_THAT(story.contradicted(), IsEmpty());
  }
}

TEST(RegistryEvidence, AHandshakeAfterTheWallClockWasSetBackShowsAnEarlierSecond) {
  LogStory story;
  story.debug_on().quiet(1, 33.5);
  story.line(33.9, handshake_response_received, 9, "10.0.0.9:1").quiet(34.5, 36);
  story.wall_ahead = -20;
  story.quiet(36.5, 50);  // Bob, who is 9, has another handshake at 45, whose lines are suppressed.
  story.dump(51, {{"alice", "10.0.0.9:1", 35}, {"bob", "10.0.0.9:1", 25}}).quiet(51.5, 54);
  EXPECT_THAT(evidence_of(story), IsEmpty());
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryEvidence, APacketNextToADumpMayBeCountedOnItsOtherSide) {
  LogStory story;
  story.debug_on().line(1, keepalive_received, 9, "10.0.0.9:1").quiet(1.5, 30);
  story.dump(31, {{"alice", "10.0.0.9:1", 1, 500}, {"bob", "10.0.0.9:1", 1, 700}});
  story.quiet(31.5, 36).line(36.9, keepalive_received, 9, "10.0.0.9:1");
  story.dump(37, {{"alice", "10.0.0.9:1", 1, 500}, {"bob", "10.0.0.9:1", 1, 700}});
  story.quiet(37.5, 40);
  EXPECT_THAT(story.identified(), IsEmpty());
}

// The trace retransmit: keys are zeroed nine minutes after they were made.
TEST(RegistryEvidence, KeysZeroedExcludeARowThatHadAHandshakeMeanwhile) {
  const struct {
    const char* name;
    double handshake;
    std::vector<std::string> evidence;
  } rows[] = {
      {"of keys that may be younger than nine minutes", 400, {"9 order keys_zeroed"}},
      {"of keys that are older, confirmed late", 150, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    story.debug_on().quiet(1, 30);
    story.dump(31, {{"alice", "10.0.0.9:1", 1}, {"bob", "10.0.0.9:1", 1}});
    story.quiet(31.5, row.handshake);
    story.dump(row.handshake + 0.2, {{"alice", "10.0.0.9:1", 1}, {"bob", "10.0.0.9:1", 1}});
    story.dump(row.handshake + 2.2, {{"alice", "10.0.0.9:1", static_cast<int>(row.handshake) + 1},
                                     {"bob", "10.0.0.9:1", 1}});
    story.quiet(row.handshake + 2.5, 580).line(581, keys_zeroed, 9, "10.0.0.9:1");
    story.quiet(581.5, 585);
    story.dump(586, {{"alice", "10.0.0.9:1", static_cast<int>(row.handshake) + 1},
                     {"bob", "10.0.0.9:1", 1}});
    story.quiet(586.5, 590);
    EXPECT_EQ(evidence_of(story), row.evidence);
  }
}

TEST(RegistryEvidence, AKernelThatKnowsNoEndpointExcludesARowThatHadOne) {
  const std::vector<Row> rows = {{"alice", "10.0.0.5:1"}, {"bob", "(none)"}};
  LogStory story;
  story.debug_on().quiet(1, 30).dump(31, rows).quiet(31.5, 35);
  story.line(36, endpoint_missing, 5).quiet(36.5, 40).dump(41, rows).quiet(41.5, 45);
  EXPECT_THAT(story.identified(), ElementsAre("5 bob"));
}

// The trace peers, 21 s: the first line that names wg0 is its renaming.
TEST(RegistryEvidence, AnInterfaceIsFirstNamedByItsRenaming) {
  LogStory story;
  story.debug_on().quiet(1, 30).dump(31, alice_and_bob);
  story.renamed(31.5, "wg0", "wgren").line(33, peer_created, 9).quiet(33.5, 36);
  story.dump(36.5, {{"alice"}, {"bob"}, {"carol"}}).quiet(37, 40);
  story.renamed(41, "wgren", "wg0").quiet(41.5, 44);
  story.dump(44.5, {{"alice"}, {"bob"}, {"carol"}}).quiet(45, 48);
  EXPECT_EQ(story.whose(49, 9), "carol");
}

// The trace peers, 57 s: an interface goes before a calm dump was seen.
TEST(RegistryEvidence, TheEndOfAnInterfaceNamesAllThatWereLeft) {
  const struct {
    const char* name;
    std::vector<std::uint64_t> ids;
    std::vector<std::string> identified;
  } rows[] = {
      {"as many as rows", {5, 9}, {"5 alice", "9 bob"}},
      {"one went unseen", {9}, {}},
      {"one more", {5, 8, 9}, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    LogStory story;
    story.debug_on().quiet(1, 30).dump(31, alice_and_bob);
    double time = 31.4;
    for (const std::uint64_t id : row.ids) story.line(time += 0.01, peer_destroyed, id, "(einval)");
    story.line(31.5, interface_destroyed).quiet(32, 35);
    EXPECT_EQ(story.identified(), row.identified);
  }
}

// The trace peers, 9 s: a dump that the clocks leave in doubt, and a creation next to it.
TEST(RegistryEvidence, WhoeverIsCreatedDuringADumpIsTheLast) {
  LogStory story;
  story.line(1, interface_created).line(1.1, peer_created, 1).line(1.2, peer_created, 2);
  story.quiet(1.5, 3).dump(3.5, alice_and_bob).line(3.7, peer_created, 3).quiet(4, 8);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob"));
}

TEST(RegistryEvidence, WhoeverMayBeLeavingDuringADumpLeavesTheOthersInDoubt) {
  LogStory story;
  story.line(1, interface_created);
  for (const std::uint64_t id : {1U, 2U, 3U}) story.line(1.1, peer_created, id);
  // Bob or carol: one has left the list, and its line is late.
  story.quiet(1.5, 3).dump(3.5, {{"alice"}, {"bob"}}).line(3.6, peer_created, 4);
  story.line(4.7, peer_destroyed, 3, "(einval)").quiet(5, 6).quiet(6.5, 8);
  EXPECT_THAT(story.identified(), IsEmpty());
}

// The trace peers, 14 s: one goes and one comes while the dump is taken.
TEST(RegistryEvidence, WhatIsAlikeInAllMomentsOfADumpHolds) {
  LogStory story;
  story.line(1, interface_created);
  for (const std::uint64_t id : {1U, 2U, 3U}) story.line(1.1, peer_created, id);
  story.quiet(1.5, 3).dump(3.5, {{"alice"}, {"bob"}, {"carol"}});
  story.line(3.60, peer_destroyed, 2, "(einval)").line(3.61, peer_created, 4).quiet(4, 8);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice"));
}

}  // namespace
}  // namespace wgaudit::registry_evidence_test
