// Interfaces of other network namespaces share the counter, print the same lines, and may share the
// name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_namespace_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

const std::vector<DumpInterface> nothing;

TEST(RegistryNamespace, AnInterfaceThatNoDumpHasIsForeignAndGetsNoKey) {
  LogStory story;
  story.line(1, interface_created).line(1.1, peer_created, 1).quiet(1.5, 30);
  story.dump(31, {dump_interface("wg1", {{"alice"}})});
  story.dump(32, {dump_interface("wg1", {{"alice"}})}).quiet(32.5, 36);
  EXPECT_EQ(story.whose(37, 1), "foreign");
  EXPECT_THAT(story.identified(), IsEmpty());
}

TEST(RegistryNamespace, OneDumpWithoutAnInterfaceDoesNotMakeItForeign) {
  LogStory story = two_peers();
  story.dump(31, nothing).quiet(31.5, 33);
  EXPECT_EQ(story.whose(34, 1), "?") << "the list of interfaces can be partial";
  story.dump(35, alice_and_bob).dump(36, nothing).quiet(36.5, 38);
  EXPECT_EQ(story.whose(39, 1), "alice");
}

TEST(RegistryNamespace, TwoDumpsWithoutAnInterfaceAndOneWithItBetweenDoNotMakeItForeign) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.dump(31, nothing).dump(32, alice_and_bob).dump(33, nothing).quiet(33.5, 37);
  EXPECT_EQ(story.whose(38, 5), "?");
}

TEST(RegistryNamespace, WhoeverTakesTheNameOfAnotherByRenamingLeavesBothInDoubt) {
  LogStory story;
  story.interface = "wgx";
  story.line(1, interface_created).line(1.1, peer_created, 1).line(1.2, peer_created, 2);
  story.interface = "wg0";
  story.line(2, interface_created).line(2.1, peer_created, 3).line(2.2, peer_created, 4);
  story.quiet(2.5, 30).renamed(31, "wgx", "wg0").quiet(31.5, 33);
  story.dump(34, alice_and_bob).quiet(34.5, 38);
  EXPECT_THAT(story.identified(), IsEmpty()) << "which of the two of that name was dumped?";
}

// The trace netns: wg0 is moved away, its lines go on, and another wg0 appears.
TEST(RegistryNamespace, WhatIsMovedAwayKeepsItsProofAndItsNamesakeGetsOneOfItsOwn) {
  LogStory story = two_proven_peers();
  story.dump(36, nothing).dump(37, nothing).quiet(37.5, 40);
  EXPECT_EQ(story.whose(40.5, 1), "alice");
  story.line(41, interface_created).line(41.1, peer_created, 8).line(41.2, peer_created, 9);
  story.quiet(42, 44).dump(45, {{"carol"}, {"dave"}}).quiet(45.5, 48);
  EXPECT_EQ(story.whose(49, 8), "carol");
  EXPECT_EQ(story.whose(49, 1), "alice");
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryNamespace, WhatWasMovedAwayAndIsBackIsNotTakenForItsNamesake) {
  LogStory story = two_proven_peers();
  story.dump(36, nothing).dump(37, nothing).quiet(37.5, 40);
  story.line(41, interface_created).line(41.1, peer_created, 8).line(41.2, peer_created, 9);
  story.quiet(42, 44).dump(45, alice_and_bob).quiet(45.5, 48);
  EXPECT_EQ(story.whose(49, 8), "?") << "the same peers, or the same two configured again";
  EXPECT_EQ(story.whose(49, 1), "alice");
}

// Our interface is older than the log, so that its ids say nothing about the other one.
TEST(RegistryNamespace, NothingMoreIsProvenOfANameThatTwoHave) {
  LogStory story;
  story.line(1, keepalive_sent, 5, "10.0.0.5:1").quiet(1.5, 30);
  story.line(30.5, interface_created).line(30.6, peer_created, 8).quiet(31, 33);
  story.dump(34, {{"alice"}}).quiet(34.5, 38).dump(39, {{"alice"}}).quiet(39.5, 43);
  EXPECT_THAT(story.identified(), IsEmpty()) << "alice may be 5 or 8";
}

// A move under another name prints nothing: the next line of one of its ids shows it.
TEST(RegistryNamespace, WhatIsMovedAwayUnderAnotherNameMakesWayForANamesake) {
  LogStory story = two_proven_peers();
  story.dump(36, nothing).quiet(36.5, 37).on("away").line(37.5, keepalive_sent, 1, "10.0.0.7:1");
  story.on("wg0").line(38, interface_created).line(38.1, peer_created, 8);
  story.line(38.2, peer_created, 9).quiet(38.5, 40);
  story.dump(41, {{"carol"}, {"dave"}}).quiet(41.5, 44);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "8 carol", "9 dave"));
  EXPECT_EQ(story.on("away").whose(45, 2), "bob");
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// A move prints nothing, so that another interface may have the name here now.
TEST(RegistryNamespace, WhatNoDumpHadAndADumpHasAfterAllProvesNothing) {
  for (const char* const arrives_as : {"wg0", "far"}) {
    SCOPED_TRACE(arrives_as);
    LogStory story;
    story.on("far").line(1, interface_created).line(1.1, peer_created, 1);
    story.line(1.2, peer_created, 2).quiet(1.5, 30);
    story.dump(31, nothing).dump(32, nothing).quiet(32.5, 34);
    EXPECT_EQ(story.whose(35, 1), "foreign");
    story.on(arrives_as).dump(38, alice_and_bob).quiet(38.5, 40);
    story.line(41, keepalive_sent, 1, "10.0.0.7:1").quiet(41.5, 43);
    story.dump(44, alice_and_bob).quiet(44.5, 48);
    EXPECT_THAT(story.identified(), IsEmpty());
  }
}

// The trace netns: two interfaces of one name in two other namespaces.
TEST(RegistryNamespace, TwoForeignNamesakesDisturbNobody) {
  LogStory story;
  story.on("far").line(1, interface_created).line(1.1, peer_created, 1);
  story.line(1.2, interface_created).line(1.3, peer_created, 2);
  story.on("wg0").line(1.4, interface_created).line(1.5, peer_created, 3);
  story.on("far").line(1.6, peer_created, 4).on("wg0").line(1.7, peer_created, 5).quiet(2, 30);
  story.dump(31, alice_and_bob).dump(32, alice_and_bob).quiet(32.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("3 alice", "5 bob"));
  story.on("far");
  for (const std::uint64_t id : {1U, 2U, 4U}) EXPECT_EQ(story.whose(36, id), "foreign") << id;
  story.line(37, peer_destroyed, 2, "(einval)").line(37.1, interface_destroyed);
  story.on("wg0").line(38, peer_created, 6).quiet(38.5, 40);
  story.dump(41, {{"alice"}, {"bob"}, {"carol"}}).quiet(41.5, 45);
  EXPECT_THAT(story.identified(), ElementsAre("3 alice", "5 bob", "6 carol"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryNamespace, OfTwoNamesakesTheOneWhosePeersAreGoneEnds) {
  LogStory story;
  story.line(1, interface_created).line(1.1, peer_created, 1);
  story.line(1.2, interface_created).line(1.3, peer_created, 2).quiet(1.5, 30);
  story.dump(31, nothing).dump(32, nothing).quiet(32.5, 35);
  story.line(36, peer_destroyed, 2, "(einval)").line(36.1, interface_destroyed).quiet(36.5, 39);
  EXPECT_EQ(story.whose(40, 1), "foreign");
}

TEST(RegistryNamespace, AnIdFromBeforeAnInterfaceIsANamesakes) {
  LogStory story;
  story.on("wg1").line(1, interface_created).line(1.1, peer_created, 7);
  story.on("wg0").line(1.2, interface_created).line(1.3, peer_created, 8).quiet(1.5, 30);
  story.line(30.2, keepalive_sent, 5, "10.0.0.7:1").quiet(30.5, 32);
  story.dump(33, {dump_interface("wg0", {{"alice"}}), dump_interface("wg1", {{"bob"}})});
  story.quiet(33.5, 37);
  EXPECT_THAT(story.identified(), ElementsAre("7 bob", "8 alice"));
  EXPECT_EQ(story.whose(38, 5), "foreign");
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

}  // namespace
}  // namespace wgaudit::registry_namespace_test
