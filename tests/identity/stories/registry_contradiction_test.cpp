// A contradiction drops all proofs of an interface, and its log begins again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/log_story.hpp"

namespace wgaudit::registry_contradiction_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum EventKind;

TEST(RegistryContradiction, ALostCreatedIsOneAndWhatFollowsIsProvenAnew) {
  LogStory story = two_proven_peers();
  story.dump(36, {{"alice"}, {"bob"}, {"carol"}}).quiet(36.5, 40);
  ASSERT_THAT(story.contradicted(), ElementsAre("more_rows_than_ids"));
  EXPECT_THAT(story.findings.contradictions.front().ids, ElementsAre(PeerId{1}, PeerId{2}));
  EXPECT_EQ(story.whose(41, 1), "?");
  story.line(42, peer_created, 4).quiet(43, 45);
  story.dump(46, {{"alice"}, {"bob"}, {"carol"}, {"dave"}}).quiet(46.5, 50);
  EXPECT_EQ(story.whose(51, 4), "dave") << "the last row, whatever was lost before";
}

// `destroyed` was seen to lag by 50 s.
TEST(RegistryContradiction, ADestroyedThatLagsIsNone) {
  LogStory story = two_proven_peers();
  for (int time = 40; time < 90; time += 10) {
    story.dump(time, {{"alice"}}).quiet(time + 0.5, time + 9.5);
  }
  EXPECT_THAT(story.contradicted(), IsEmpty());
  story.line(90, peer_destroyed, 2, "(einval)").line(90.1, peer_created, 3).quiet(90.5, 92);
  story.dump(93, {{"alice"}, {"carol"}}).quiet(93.5, 97);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob", "3 carol"));
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

TEST(RegistryContradiction, ADestroyedThatNeverComesIsOne) {
  LogStory story = two_proven_peers();
  for (int time = 40; time <= 170; time += 10) {
    story.dump(time, {{"alice"}}).quiet(time + 0.5, time + 9.5);
    EXPECT_EQ(story.contradicted().size(), time > 160 ? 1U : 0U) << time;
  }
  EXPECT_THAT(story.contradicted(), ElementsAre("more_ids_than_rows"));
}

// Another interface has the name, too, and its lines are not seen, or lines are forged: without a
// limit, contradictions would go on for ever and fill the journal.
TEST(RegistryContradiction, TheThirdWithinAnHourIsTheLastForAnHour) {
  LogStory story = two_proven_peers();
  const std::vector<std::vector<Row>> turns = {{{"carol"}, {"dave"}, {"eve"}},
                                               {{"fay"}, {"gus"}, {"hal"}}};
  for (int i = 0; i < 12; ++i) {
    const double time = 40 + 5 * i;
    story.dump(time, turns[static_cast<std::size_t>(i % 2)]).quiet(time + 0.5, time + 4.5);
  }
  EXPECT_THAT(story.contradicted(),
              ElementsAre("more_rows_than_ids", "unknown_row", "unknown_row"));
}

// Every user who may write to the syslog can forge this line.
TEST(RegistryContradiction, AForgedCreatedIsOneInTheEndAndProvesNothing) {
  LogStory story = two_proven_peers();
  story.line(36, peer_created, 3);
  for (int time = 40; time <= 170; time += 10) {
    story.dump(time, alice_and_bob).quiet(time + 0.5, time + 9.5);
  }
  EXPECT_THAT(story.contradicted(), ElementsAre("more_ids_than_rows"));
  EXPECT_THAT(story.identified(), ElementsAre("1 alice", "2 bob"));
  EXPECT_EQ(story.whose(181, 3), "?");
}

// The line of the load was lost: no id is given out twice within one.
TEST(RegistryContradiction, ASecondCreationOfAProvenIdIsOne) {
  LogStory story = two_proven_peers();
  story.line(36, peer_created, 1).quiet(36.5, 39);
  EXPECT_THAT(story.contradicted(), ElementsAre("module_loaded"));
  EXPECT_EQ(story.whose(40, 2), "?");
}

TEST(RegistryContradiction, ALoadThatIsStillBeingPutInOrderAtTheEndIsOne) {
  LogStory story = two_proven_peers();
  EXPECT_THAT(story.registry.finish().contradictions, IsEmpty());
  story.line(36, module_loaded);
  const Findings findings = story.registry.finish();
  ASSERT_EQ(findings.contradictions.size(), 1U);
  EXPECT_THAT(findings.contradictions.front().ids, ElementsAre(PeerId{1}, PeerId{2}));
}

TEST(RegistryContradiction, ALineOfALoadThatComesTwiceIsOneLoad) {
  LogStory story;
  story.line(1, module_loaded).line(1.1, interface_created).line(1.2, peer_created, 1);
  story.quiet(1.5, 3).line(1, module_loaded, 0, "", 3.1).quiet(3.5, 4.5);
  story.dump(5, {{"alice"}}).quiet(5.5, 8);
  EXPECT_THAT(story.identified(), ElementsAre("1 alice"));
  EXPECT_EQ(story.whose(9, 1), "alice");
}

TEST(RegistryContradiction, RowsInAnotherOrderAreOne) {
  LogStory story = two_proven_peers();
  story.dump(36, {{"bob"}, {"alice"}}).quiet(36.5, 40);
  EXPECT_THAT(story.contradicted(), ElementsAre("other_key"));
  EXPECT_EQ(story.whose(41, 1), "?");
}

TEST(RegistryContradiction, ARowThatNobodyCreatedIsOne) {
  LogStory story = two_proven_older_peers();
  EXPECT_THAT(story.identified(), ElementsAre("5 alice", "9 bob"));
  story.dump(36, {{"alice"}, {"zoe"}}).quiet(36.5, 40);
  EXPECT_THAT(story.contradicted(), ElementsAre("unknown_row"));
  EXPECT_EQ(story.whose(41, 5), "?");
}

TEST(RegistryContradiction, ARowThatStaysThoughItsPeerWentIsOne) {
  LogStory story = two_proven_older_peers();
  story.line(36, peer_destroyed, 9, "10.0.0.9:1").quiet(36.5, 38);
  story.dump(39, alice_and_bob).quiet(39.5, 43);
  EXPECT_THAT(story.contradicted(), ElementsAre("more_rows_than_ids")) << "bob was added again";
}

TEST(RegistryContradiction, ADestroyedThatLagsIsNoneInALateLogEither) {
  LogStory story = two_proven_older_peers();
  story.dump(36, {{"alice"}});
  story.quiet(36.5, 45).line(46, peer_destroyed, 9, "10.0.0.9:1").quiet(46.5, 48);
  story.dump(49, {{"alice"}}).quiet(49.5, 53);
  EXPECT_THAT(story.contradicted(), IsEmpty());
  EXPECT_EQ(story.whose(54, 5), "alice");
}

TEST(RegistryContradiction, MoreIdsThanARowCanHoldAreOne) {
  LogStory story = two_proven_older_peers();
  story.line(36, keepalive_sent, 7, "10.0.0.7:1").quiet(36.5, 40);
  EXPECT_THAT(story.contradicted(), ElementsAre("no_assignment"));
  EXPECT_EQ(story.whose(41, 9), "?");
}

TEST(RegistryContradiction, AnIdThatWasNeverCreatedIsOneInAWholeLog) {
  LogStory story = two_proven_peers();
  story.line(36, keepalive_sent, 5, "10.0.0.5:1").quiet(36.5, 40);
  EXPECT_THAT(story.contradicted(), ElementsAre("created_not_seen"));
  EXPECT_EQ(story.whose(41, 1), "?");
}

TEST(RegistryContradiction, ACreatedThatComesMinutesLateIsOne) {
  LogStory story = two_proven_peers();
  story.line(33, peer_created, 3, "", 36).quiet(36.5, 40);
  ASSERT_THAT(story.contradicted(), ElementsAre("line_out_of_order"));
  EXPECT_THAT(story.findings.contradictions.front().ids, ElementsAre(PeerId{1}, PeerId{2}));
}

TEST(RegistryContradiction, ALineThatComesLateAndTellsOfNoChangeIsNone) {
  LogStory story = two_proven_peers();
  story.line(33, keepalive_sent, 1, "10.0.0.5:1", 36).quiet(36.5, 40);
  EXPECT_THAT(story.contradicted(), IsEmpty());
  EXPECT_EQ(story.whose(41, 1), "alice");
}

TEST(RegistryContradiction, ALoadWithoutTheEndOfItsInterfacesIsOne) {
  LogStory story = two_proven_peers();
  story.line(36, module_loaded).quiet(36.5, 40);
  ASSERT_THAT(story.contradicted(), ElementsAre("module_loaded"));
  EXPECT_THAT(story.findings.contradictions.front().ids, ElementsAre(PeerId{1}, PeerId{2}));
}

TEST(RegistryContradiction, ALoadBehindTheEndOfItsInterfacesIsNone) {
  LogStory story = two_proven_peers();
  story.line(36, peer_destroyed, 1, "(einval)").line(36.01, peer_destroyed, 2, "(einval)");
  story.line(36.02, interface_destroyed).line(37, module_loaded).quiet(37.5, 40);
  EXPECT_THAT(story.contradicted(), IsEmpty());
}

}  // namespace
}  // namespace wgaudit::registry_contradiction_test
