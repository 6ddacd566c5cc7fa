// Lines are known to be lost: what is proven stays, and what they may have said is not guessed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_gap_test {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

const std::vector<Row> alice_bob_and_dave = {{"alice"}, {"bob"}, {"dave"}};

// The peer is gone; the next one's `created` is lost.
TEST(RegistryGap, ALateLineOfADeadPeerBringsItNoRow) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 2, "10.0.0.9:1").quiet(36.5, 40).dump(40.1, {{"alice"}});
  story.quiet(40.5, 44).gap(44.2).line(44.5, keypair_destroyed, 2).quiet(44.6, 46);
  story.dump(47, {{"alice"}, {"dave"}}).quiet(47.5, 52);
  EXPECT_EQ(story.whose(53, 2), "?");
  EXPECT_THAT(story.identified(), Each(AnyOf("1 alice", "2 bob")));
}

// Two more peers are there: one of ours, whose `created` is lost, and one of a namesake.
TEST(RegistryGap, AStrangerStaysOne) {
  LogStory story = two_proven_peers();
  story.line(36, interface_created).line(36.1, peer_created, 3).quiet(36.5, 40);
  story.dump(41, alice_and_bob).quiet(41.5, 46);
  ASSERT_EQ(story.whose(47, 3), "foreign");
  story.quiet(47.5, 50).gap(50.2).quiet(50.6, 54);
  story.line(54.1, keepalive_received, 3, "10.0.0.77:1").quiet(54.6, 56);
  story.dump(57, alice_bob_and_dave).quiet(57.5, 62);
  EXPECT_NE(story.whose(63, 3), "dave");
}

// The lines that are lost said that a namesake was created.
TEST(RegistryGap, WhomALineNamesThatNobodySawComeIsNotTold) {
  LogStory story = two_proven_peers();
  story.gap(36).quiet(36.5, 40).line(41, keepalive_received, 3, "10.0.0.77:1").quiet(41.5, 45);
  story.dump(46, alice_bob_and_dave).quiet(46.5, 50);
  EXPECT_EQ(story.whose(51, 3), "?");
}

// `wg-quick down` and `up` with one peer more: alice is 10 now, bob 11 and dave 12.
TEST(RegistryGap, WhoMayBeGoneAnchorsNobody) {
  for (const std::uint64_t id : {10U, 11U, 12U}) {
    LogStory story = two_proven_peers();
    story.gap(40.2).quiet(40.6, 44).line(44.1, keepalive_received, id, "10.0.0.5:1");
    story.quiet(44.6, 46).dump(47, alice_bob_and_dave).quiet(47.5, 52);
    story.dump(53, alice_bob_and_dave).quiet(53.5, 57);
    EXPECT_EQ(story.whose(58, id), "?");
    EXPECT_THAT(story.contradicted(), IsEmpty());
  }
}

// `Peer 3 destroyed` and `Peer 4 created` are lost: there are as many peers as before.
TEST(RegistryGap, AnIdIsNotCountedOverIt) {
  for (const bool is_known : {false, true}) {
    LogStory story = two_proven_peers();
    story.line(36, peer_created, 3).quiet(36.5, 40);
    if (is_known) story.gap(40.5);
    story.quiet(40.6, 44).dump(45, alice_bob_and_dave).quiet(45.5, 50);
    EXPECT_EQ(story.whose(51, 3), is_known ? "?" : "dave") << "and dave would be wrong";
    EXPECT_EQ(story.whose(51, 1), "alice");
    EXPECT_EQ(story.whose(51, 2), "bob");
    EXPECT_THAT(story.contradicted(), IsEmpty());
  }
}

TEST(RegistryGap, WhatLinesSayThatStillWaitIsPutToUse) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 2, "(einval)").gap(36.1).quiet(36.6, 40);
  EXPECT_THAT(story.registry.bindings(), testing::SizeIs(1));
  EXPECT_EQ(story.whose(41, 1), "alice");
}

TEST(RegistryGap, ADumpFromBeforeItProvesNothing) {
  LogStory story = two_peers();
  story.dump(31, alice_and_bob).gap(31.2).quiet(31.5, 35);
  EXPECT_THAT(story.identified(), IsEmpty());
}

TEST(RegistryGap, TheNextCreatedIsProvenAsInALogThatBeganLate) {
  LogStory story = two_proven_peers();
  story.gap(36).quiet(36.5, 40).dump(41, alice_bob_and_dave).quiet(41.5, 45);
  story.line(46, peer_created, 5).quiet(46.5, 50);
  story.dump(51, {{"alice"}, {"bob"}, {"dave"}, {"eve"}}).quiet(51.5, 55);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "5 eve"));
}

TEST(RegistryGap, ALoadOfTheModuleInItEndsAllProofs) {
  LogStory story = two_proven_peers();
  story.gap(36).keep(story.registry.on_unseen_load());
  EXPECT_THAT(story.contradicted(), ElementsAre("module_loaded"));
  EXPECT_EQ(story.whose(37, 1), "?");
}

}  // namespace
}  // namespace wgaudit::registry_gap_test
