// Peers and interfaces come and go in a log that is whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_changes_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

// The traces badpackets and wrongkey: what the dump shows is later than the lines that have
// arrived.
TEST(RegistryChanges, APeerRemovedAndTheNextAddedWithinTheLagDoNotChangePlaces) {
  LogStory story = two_peers();
  story.dump(31.05, {{"alice"}, {"carol"}});
  story.line(31.0, peer_destroyed, 2, "(einval)", 31.9).line(31.01, peer_created, 3, "", 31.91);
  story.quiet(32, 35);
  EXPECT_EQ(story.whose(36, 2), "?");
  story.dump(37, {{"alice"}, {"carol"}}).quiet(37.5, 40);
  EXPECT_EQ(story.whose(41, 1), "alice");
  EXPECT_EQ(story.whose(41, 3), "carol");
}

// The trace wrongkey, ids 7 and 8.
TEST(RegistryChanges, PeersThatAreReplacedFasterThanLinesArriveAreToldApart) {
  LogStory story = two_proven_peers();
  story.dump(36.1, {{"alice"}, {"carol"}}).dump(36.6, {{"alice"}, {"dave"}});
  story.line(36.0, peer_destroyed, 2, "(einval)", 37).line(36.01, peer_created, 3, "", 37.001);
  story.line(36.05, handshake_initiation_sent, 3, "10.0.0.7:1", 37.002);
  story.line(36.5, peer_destroyed, 3, "10.0.0.7:1", 37.003)
      .line(36.51, peer_created, 4, "", 37.004);
  story.line(36.55, handshake_initiation_sent, 4, "10.0.0.7:1", 37.005);
  story.quiet(37.5, 41);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol", "4 dave"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// The trace peers, 14 s: five destroyed and five created within 7 ms, as many before as after.
TEST(RegistryChanges, SetconfGivesNewIdsToEqualRows) {
  LogStory story;
  story.line(1, interface_created);
  for (const unsigned i : {1U, 2U, 3U, 4U, 5U}) story.line(1 + 0.1 * i, peer_created, i);
  const std::vector<Row> before = {{"alice"}, {"bob"}, {"carol"}, {"dave"}, {"eve"}};
  const std::vector<Row> after = {{"bob"}, {"carol"}, {"eve"}, {"dave"}, {"alice"}};
  story.quiet(2, 30).dump(31, before).quiet(31.5, 35.5).dump(35.995, before);
  story.dump(36.015, after);
  for (const unsigned i : {1U, 2U, 3U, 4U, 5U}) {
    story.line(36 + 0.0007 * i, peer_destroyed, i, "(einval)", 36.5);
  }
  for (const unsigned i : {6U, 7U, 8U, 9U, 10U})
    story.line(36 + 0.0007 * i, peer_created, i, "", 36.5);
  story.quiet(37, 40);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol", "4 dave", "5 eve",
                                              "6 bob", "7 carol", "8 eve", "9 dave", "10 alice"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryChanges, SyncconfLeavesTheIdsOfPeersThatItDoesNotChange) {
  LogStory story = two_peers();
  story.line(30.5, peer_created, 3).quiet(31, 32);
  story.dump(33, {{"alice"}, {"bob"}, {"carol"}}).quiet(33.5, 35);
  story.line(36, peer_destroyed, 2, "(einval)").line(36.001, peer_created, 4).quiet(36.5, 38);
  story.dump(38.5, {{"alice"}, {"carol"}, {"dave"}}).quiet(39, 42);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol", "4 dave"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
  EXPECT_EQ(story.whose(43, 1), "alice");
  EXPECT_EQ(story.whose(43, 2), "?");
  EXPECT_EQ(story.whose(43, 3), "carol");
}

TEST(RegistryChanges, APeerThatIsAddedAgainWithItsKeyHasANewIdAtTheEnd) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 1, "(einval)").line(36.2, peer_created, 3).quiet(36.5, 38);
  story.dump(38.5, {{"bob"}, {"alice"}}).quiet(39, 42);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 alice"));
  const InterfaceName wg0 = *parse_interface_name("wg0");
  const auto bindings = story.registry.bindings();
  ASSERT_THAT(bindings, testing::SizeIs(2));
  EXPECT_EQ(bindings.at({wg0, key_of("bob")}).id, PeerId{2});
  EXPECT_EQ(bindings.at({wg0, key_of("alice")}).id, PeerId{3});
}

TEST(RegistryChanges, AnInterfaceThatIsMadeAgainBeginsWithoutPeers) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 1, "(einval)").line(36.01, peer_destroyed, 2, "(einval)");
  story.line(36.02, interface_destroyed).line(36.5, interface_created);
  story.line(36.6, peer_created, 3).line(36.7, peer_created, 4).quiet(37, 38);
  story.dump(38.5, {{"bob"}, {"alice"}}).quiet(39, 42);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 bob", "4 alice"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryChanges, AnInterfaceThatEndsTakesItsPeersAlong) {
  LogStory story = two_proven_peers();
  story.line(36, interface_destroyed).quiet(36.5, 39);
  EXPECT_EQ(story.whose(40, 1), "?");
  EXPECT_THAT(story.registry.bindings(), IsEmpty());
}

TEST(RegistryChanges, ALineBehindTheDeathOfItsPeerIsNobodys) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 2, "(einval)");
  EXPECT_EQ(story.whose(36.1, 1), "alice");
  EXPECT_EQ(story.whose(36.1, 2), "?") << "though its death is not applied yet";
}

TEST(RegistryChanges, ARenameKeepsIds) {
  LogStory story = two_peers();
  story.renamed(31, "wg0", "wgren").line(32, peer_created, 3).quiet(32.5, 34);
  story.dump(34.5, {{"alice"}, {"bob"}, {"carol"}}).quiet(35, 37);
  story.line(37.5, peer_destroyed, 3, "(einval)").renamed(38, "wgren", "wg0").quiet(38.5, 40);
  story.dump(40.5, alice_and_bob).quiet(41, 43);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol"));
  EXPECT_EQ(story.whose(44, 1), "alice");
}

// The trace peers, 21 to 23 s: an id that lives 0.7 s, only under the other name.
TEST(RegistryChanges, APeerMayLiveOnlyUnderTheOtherNameOfARename) {
  LogStory story = two_proven_peers();
  story.renamed(36, "wg0", "wgren").line(36.2, peer_created, 3);
  story.dump(36.4, {{"alice"}, {"bob"}, {"carol"}});
  story.line(36.9, peer_destroyed, 3, "(einval)").renamed(37.2, "wgren", "wg0");
  story.line(37.3, peer_created, 4).quiet(37.5, 39);
  story.dump(39.5, {{"alice"}, {"bob"}, {"dave"}}).quiet(40, 43);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol", "4 dave"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

// A dump proves nothing about a name that changed hands while it was taken.
TEST(RegistryChanges, ADumpWhileTwoInterfacesSwapNamesProvesNothing) {
  LogStory story = two_peers();
  story.on("wg1").line(30.5, interface_created).line(30.6, peer_created, 3);
  story.line(30.7, peer_created, 4).quiet(31, 35);
  const std::vector<Row> carol_and_dave = {{"carol"}, {"dave"}};
  story.dump(36, {dump_interface("wg0", alice_and_bob), dump_interface("wg1", carol_and_dave)});
  story.renamed(36.05, "wg0", "x").renamed(36.06, "wg1", "wg0").renamed(36.07, "x", "wg1");
  story.quiet(36.5, 38);
  EXPECT_THAT(story.identified(), IsEmpty());
  story.dump(39, {dump_interface("wg0", carol_and_dave), dump_interface("wg1", alice_and_bob)});
  story.quiet(39.5, 42);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol", "4 dave"));
}

TEST(RegistryChanges, IdsOfTwoInterfacesAreOneCounter) {
  LogStory story;
  story.line(1, interface_created).line(1.1, peer_created, 1);
  story.on("wg1").line(1.2, interface_created).line(1.3, peer_created, 2);
  story.on("wg0").line(1.4, peer_created, 3).on("wg1").line(1.5, peer_created, 4).quiet(2, 30);
  story.dump(31, {dump_interface("wg0", alice_and_bob), dump_interface("wg1", alice_and_bob)});
  story.quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "3 bob", "2 alice", "4 bob"));
}

TEST(RegistryChanges, AnIdAbove32BitsIsAnId) {
  LogStory story;
  const std::uint64_t id = 1;
  const std::uint64_t same_below = id + (std::uint64_t{1} << 32U);
  story.line(1, interface_created).line(1.1, peer_created, id).line(1.2, peer_created, same_below);
  story.quiet(1.5, 30).dump(31, alice_and_bob).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "4294967297 bob"));
}

}  // namespace
}  // namespace wgaudit::registry_changes_test
