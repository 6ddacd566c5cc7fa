// Whose an id is, in the records.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/story.hpp"

namespace wgaudit::auditor_identity_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

const Dump alice_online = {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}})};

// The only line of a peer is that it is gone: who it was is told if the dump before it counts.
TEST(AuditorIdentity, AtTheStartDumpsCountForIdentityWhereDebugIsOn) {
  for (const DynamicDebug state : {DynamicDebug::on, DynamicDebug::partial, DynamicDebug::off}) {
    SCOPED_TRACE(to_text(state));
    Story story;
    MonitorFacts facts;
    facts.dynamic_debug = state;
    story.auditor.on_start(facts, at(0), story.records);
    story.dump(1, alice_online);
    for (int i = 0; i < 30; ++i) {
      story.datagram(2 + i, fmt::format("<6>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] x", 12.0 + i));
      story.auditor.on_time(at(2 + i), story.records);
    }
    story.kernel(33, "Peer 7 (203.0.113.7:51820) destroyed");
    story.take();
    for (const double time : {36.0, 38.0}) story.dump(time, {dump_interface("wg0", {})});
    const bool is_told =
        std::any_of(story.last.begin(), story.last.end(), [](const Record& record) {
          return record.is(Action::peer_identified) && record.peer()->id == PeerId{7};
        });
    EXPECT_EQ(is_told, state == DynamicDebug::on);
  }
}

/// What a run recorded that has proven that the peer 7 of wg0 is alice.
std::vector<Record> proven_alice(std::optional<std::uint64_t> module_load) {
  Record started;
  started.action = Action::monitor_started;
  started.boot_id = "b";
  started.body.emplace<MonitorFacts>().module_load = module_load;
  Record identified;
  identified.action = Action::peer_identified;
  identified.boot_id = "b";
  identified.interface = *parse_interface_name("wg0");
  PeerFacts& alice = identified.body.emplace<IdentifiedBody>().peer;
  alice.id = PeerId{7};
  alice.public_key = key_of("alice");
  Record added = identified;
  added.action = Action::peer_added;
  PeerFacts& offline = added.body.emplace<PeerBody>().peer;
  offline.public_key = key_of("alice");
  offline.presence = Presence::offline;
  return {started, added, identified};
}

/// What is known of the peer 7 when a line names it at `time`.
IdentityState told_of_alice(Story& story, double time) {
  story.kernel(time, "Sending keepalive packet to peer 7 (203.0.113.7:51820)");
  return *story.last.back().peer()->identity;
}

struct ModuleLoads {
  const char* name;
  std::optional<std::uint64_t> before, after;
  bool is_proven;
};

const ModuleLoads module_loads[] = {
    {"the same load", 7, 7, true},
    {"another", 7, 8, false},
    {"unloaded", 7, std::nullopt, false},
    {"never told", std::nullopt, std::nullopt, true},
};

/// A run that has taken up what is recorded so, when such a load of the module was there.
Story with_restored_alice(std::optional<std::uint64_t> recorded_load,
                          std::optional<std::uint64_t> load) {
  AuditorOptions options;
  options.boot_id = "b";
  Story story(options);
  for (const Record& record : proven_alice(recorded_load)) story.auditor.restore(record);
  MonitorFacts facts;
  facts.module_load = load;
  story.auditor.on_start(facts, at(20), story.records);
  return story;
}

TEST(AuditorIdentity, ProofsDoNotOutliveTheModulesLoad) {
  for (const auto& row : module_loads) {
    SCOPED_TRACE(row.name);
    Story story = with_restored_alice(row.before, row.after);
    const auto told = story.take();
    EXPECT_EQ(told_of_alice(story, 21),
              row.is_proven ? IdentityState::proven : IdentityState::unresolved);
    EXPECT_EQ(told.back() == "@20 wg0 identity contradicted (module_loaded): 1 proofs dropped",
              !row.is_proven);
  }
}

// A flood brings lines of hours in one batch.
TEST(AuditorIdentity, TheLastOtherLineOfABatchTellsHowFarTheLogHasCome) {
  Story story;
  story.kernel(2, "Interface created");
  story.kernel(2.1, "Peer 1 created");
  const auto other = [&](double printed, double received) {
    story.datagram(received,
                   fmt::format("<6>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] x", 10 + printed));
  };
  for (int i = 3; i < 30; ++i) {
    other(i, i + 0.005);
    story.auditor.on_time(at(i + 0.006), story.records);
  }
  story.dump(30, {dump_interface("wg0", {{"alice"}})});
  other(29.9, 31.6);
  other(31.5, 31.6);
  story.auditor.on_time(at(31.61), story.records);
  story.take();
  story.auditor.on_time(at(34), story.records);
  EXPECT_THAT(story.take(), ElementsAre(StartsWith("@34 wg0 peer 1 is ")));
}

TEST(AuditorIdentity, ProofsOutliveLinesThatWereLostIfTheModuleWasNotLoadedMeanwhile) {
  for (const auto& row : module_loads) {
    SCOPED_TRACE(row.name);
    Story story = with_restored_alice(row.before, row.before);
    story.take();
    story.auditor.on_gap(row.after, at(21), story.records);
    const auto told = story.take();
    EXPECT_EQ(told_of_alice(story, 22),
              row.is_proven ? IdentityState::proven : IdentityState::unresolved);
    EXPECT_EQ(told.size(), row.is_proven ? 0U : 1U);
  }
}

// The load was seen: what was proven since is of this one.
TEST(AuditorIdentity, ProofsOutliveLinesThatWereLostAfterALoadThatALineTold) {
  Story story = with_restored_alice(7, 7);
  story.auditor.on_module_load(8);
  story.take();
  story.auditor.on_gap(8, at(21), story.records);
  EXPECT_THAT(story.take(), IsEmpty());
}

/// Lines of wg0 that create a peer, a dump that has it, and a line that drains the dump.
void identify_alice(Story& story) {
  const auto line = [&](double time, std::string_view text) {
    story.datagram(time, fmt::format("<7>Nov 21 07:00:00 gw1 kernel: [{:12.6f}] wireguard: wg0: {}",
                                     time, text));
  };
  line(1, "Interface created");
  line(1.5, "Peer 7 created");
  story.dump(4, {dump_interface("wg0", {{"alice"}})});
  line(7, "Sending keepalive packet to peer 7 (203.0.113.7:51820)");
  story.auditor.on_time(at(9), story.records);
  story.take();
}

TEST(AuditorIdentity, RecordsTheIdentityThatItCouldNotTellAtOnce) {
  Story story;
  identify_alice(story);
  const Record& record = story.last.back();
  EXPECT_TRUE(record.is(Action::peer_identified));
  EXPECT_EQ(record.peer()->public_key, key_of("alice"));
  EXPECT_EQ(record.as<IdentifiedBody>()->events, (EventRange{2, 3}))
      << "all that was recorded before the proof";
}

/// What a line of peer 7 says after a restart, since this boot of the machine.
IdentityState identity_after(const Story& before, const std::string& boot = "one") {
  AuditorOptions options;
  options.boot_id = boot;
  Story after(options);
  for (const Record& record : before.last) {
    after.auditor.restore(*parse_record(to_json(record, {"gw1", "one"})));
  }
  after.auditor.on_start({}, at(20), after.records);
  return told_of_alice(after, 21);
}

TEST(AuditorIdentity, SurvivesARestartButNotAReboot) {
  Story before;
  identify_alice(before);
  EXPECT_EQ(identity_after(before), IdentityState::proven);
  EXPECT_EQ(identity_after(before, "two"), IdentityState::unresolved);
}

// On a real kernel: the proof came behind the end, was taken up as one of a peer that is there, and
// spoke against all others.
TEST(AuditorIdentity, AnIdThatWasIdentifiedWhenItsPeerHadGoneIsNotTakenUpByARestart) {
  Story before;
  before.kernel(1, "Interface created");
  before.kernel(1.5, "Peer 7 created");
  before.dump(4, {dump_interface("wg0", {{"alice", "(none)"}})});
  before.kernel(4.2, "Peer 7 ((einval)) destroyed");
  for (const double time : {4.3, 4.7}) before.dump(time, {dump_interface("wg0", {})});
  before.kernel(7, "Peer 8 created");
  before.auditor.on_time(at(9), before.records);
  before.take();
  ASSERT_TRUE(before.last.back().is(Action::peer_identified));
  EXPECT_EQ(before.last.back().peer()->id, PeerId{7});
  EXPECT_EQ(identity_after(before), IdentityState::unresolved);
}

TEST(AuditorIdentity, AnIdOfAPeerThatWasCreatedAnewIsNotTakenUpByARestart) {
  Story before;
  identify_alice(before);
  EXPECT_EQ(identity_after(before), IdentityState::proven);
  before.dump(10, {dump_interface("wg0", {{"alice", "(none)", -1, 9, 9}})});
  before.dump(11, {dump_interface("wg0", {{"alice", "(none)"}})});
  EXPECT_EQ(identity_after(before), IdentityState::unresolved);
}

}  // namespace
}  // namespace wgaudit::auditor_identity_test
