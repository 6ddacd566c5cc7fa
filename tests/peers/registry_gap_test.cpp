// Lines that are known to be lost: what is proven stays, and what they may have told is not
// guessed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peers/log_story.hpp"

namespace wgaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

const std::vector<Row> alice_bob_and_dave = {{"alice"}, {"bob"}, {"dave"}};

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
}  // namespace wgaudit
