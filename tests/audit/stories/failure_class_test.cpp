// How tools of this kind fail in the field, each as a story. The numbers are those of the list of
// known failure classes that the project keeps; the naive behaviour is named in each story.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/story.hpp"

namespace wgaudit::failure_class_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view home = "203.0.113.7:51820";

AuditorOptions options_with(std::chrono::seconds grace = {}) {
  AuditorOptions options;
  options.names[key_of("alice")] = "alice";
  options.names[key_of("bob")] = "bob";
  options.grace = grace;
  return options;
}

Dump wg0(const std::vector<Row>& rows) {
  return {dump_interface("wg0", rows)};
}

const Record& last_of(const Story& story, Action action) {
  const auto found = std::find_if(story.last.rbegin(), story.last.rend(),
                                  [&](const Record& record) { return record.is(action); });
  if (found == story.last.rend()) throw std::runtime_error("no such record");
  return *found;
}

// 1. Naive: the time at which `wg` ended is taken for that of which it tells.
TEST(FailureClass1, ARekeyWhileWgRunsIsNoFlap) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10}}));
  // Started at 189.9 s, and had read the row when alice rekeyed at 189.95 s.
  story.auditor.on_dump(wg0({{"alice", home, 10}}), {}, {at(189.9), at(190.2)}, story.records);
  EXPECT_THAT(story.take(), IsEmpty());
  EXPECT_THAT(story.dump_wanted_in(190.2), DoubleNear(0.3, 0.5)) << "asked again at once";
  EXPECT_THAT(story.dump(190.5, wg0({{"alice", home, 189}})), IsEmpty());
}

// 1. Naive: a timer that ends the session by itself.
TEST(FailureClass1, ARekeyInTheLastSecondWithoutAnyLineIsNoFlap) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10}}));
  story.dump(165, wg0({{"alice", home, 10}}));
  EXPECT_THAT(story.dump_wanted_in(165), DoubleNear(25, 0.001));
  EXPECT_THAT(story.dump(190.01, wg0({{"alice", home, 189}})), IsEmpty());
  EXPECT_THAT(story.dump(369.01, wg0({{"alice", home, 189}})),
              ElementsAre("@369 OFFLINE wg0 alice (timeout)",
                          "@369 SESSION wg0 alice ended (timeout) after 359 s, received 0, sent 0 "
                          "bytes"));
}

// 2. Naive: OFFLINE at the next poll after the threshold, and with its time.
TEST(FailureClass2, OfflineIsAskedForAndToldWhenItHappens) {
  AuditorOptions options = options_with();
  options.interval = std::chrono::seconds(300);
  Story story(options);
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10}}));
  EXPECT_THAT(story.dump_wanted_in(10.5), DoubleNear(179.5, 0.001));
  EXPECT_THAT(story.dump(190.01, wg0({{"alice", home, 10}})),
              ElementsAre("@190 OFFLINE wg0 alice (timeout)", testing::StartsWith("@190 SESSION")));
}

// 3. Naive: the peer is offline in both polls, and nothing was.
TEST(FailureClass3, ASessionThatOnlyALateDumpShowsIsRecordedWithItsTimes) {
  AuditorOptions options = options_with();
  options.interval = std::chrono::seconds(600);
  Story story(options);
  story.dump(0.1, wg0({{"alice", home, -1, 100, 100}}));
  EXPECT_THAT(
      story.dump(600.1, wg0({{"alice", home, 40, 1100, 600}})),
      ElementsAre("@40 ONLINE wg0 alice from 203.0.113.7:51820", "@220 OFFLINE wg0 alice (timeout)",
                  "@220 SESSION wg0 alice ended (timeout) after 180 s, received 1000, sent "
                  "500 bytes"));
  EXPECT_EQ(last_of(story, Action::peer_online).witness, Witness::dump);
}

// 3. Naive: between two polls the peer came, shook hands and was removed.
TEST(FailureClass3, ASessionOfThreeSecondsIsRecordedExactlyWhenItsLinesArrive) {
  Story story(options_with());
  story.dump(0.1, wg0({{"bob", "(none)"}}));
  story.kernel(5.2, "Receiving handshake initiation from peer 7 (203.0.113.7:51820)");
  EXPECT_THAT(story.dump_wanted_in(5.2), DoubleNear(0.005, 0.001));
  story.dump(5.25, wg0({{"bob", "(none)"}, {"alice", home, 5, 180, 92}}));
  EXPECT_EQ(last_of(story, Action::peer_online).witness, Witness::both);
  story.kernel(8.3, "Peer 7 (203.0.113.7:51820) destroyed");
  EXPECT_THAT(story.dump_wanted_in(8.3), DoubleNear(0.005, 0.001));
  EXPECT_THAT(
      story.dump(8.31, wg0({{"bob", "(none)"}})),
      ElementsAre("@8.31 CONFIG wg0 alice: peer removed", "@8.31 REMOVED wg0 alice (peer removed)",
                  "@8.31 SESSION wg0 alice ended (peer removed) after 3 s, received 180, "
                  "sent 92 bytes"));
  const Record& ended = last_of(story, Action::session_ended);
  EXPECT_EQ(ended.witness, Witness::both);
  EXPECT_EQ(ended.session_id, last_of(story, Action::peer_online).session_id);
  EXPECT_EQ(ended.as<SessionEndBody>()->ended.duration, std::chrono::milliseconds(3310));
}

// 4. Naive: a restart tells of everybody again, and the session begins at the restart.
TEST(FailureClass4, ARestartContinuesTheSessionWithItsAccounts) {
  Story before(options_with());
  before.dump(0.1, wg0({{"alice", "(none)"}}));
  before.dump(10.5, wg0({{"alice", home, 10, 1000, 500}}));
  Story after = restarted(before, 60, options_with());
  EXPECT_THAT(after.dump(60.1, wg0({{"alice", home, 10, 3000, 700}})), IsEmpty());
  after.dump(190.01, wg0({{"alice", home, 10, 3000, 700}}));
  const Record& ended = last_of(after, Action::session_ended);
  EXPECT_EQ(ended.session_id, last_of(before, Action::peer_online).session_id);
  EXPECT_TRUE(ended.session()->complete);
  EXPECT_FALSE(last_of(before, Action::peer_online).session()->continued);
  EXPECT_TRUE(ended.session()->continued) << "a rekey while it was down is counted by nobody";
  EXPECT_EQ(ended.session()->rx_bytes, 3000U);
  EXPECT_EQ(ended.session()->tx_bytes, 700U);
  EXPECT_EQ(ended.as<SessionEndBody>()->ended.duration, std::chrono::seconds(180));
}

TEST(FailureClass4, ASnapshotAloneIsEnoughToContinueASession) {
  Story before(options_with());
  before.dump(0.1, wg0({{"alice", "(none)"}}));
  before.dump(10.5, wg0({{"alice", home, 10, 1000, 500}}));
  before.dump(131, wg0({{"alice", "198.51.100.1:1", 130, 2000, 900}}));
  before.last.clear();
  before.auditor.snapshot_records(at(140), before.records);
  before.take();
  Story after = restarted(before, 145, options_with());
  EXPECT_THAT(after.dump(146, wg0({{"alice", "198.51.100.1:1", 130, 2100, 950}})), IsEmpty());
  after.dump(310.01, wg0({{"alice", "198.51.100.1:1", 130, 2100, 950}}));
  const Record& ended = last_of(after, Action::session_ended);
  EXPECT_EQ(ended.session()->rx_bytes, 2100U);
  EXPECT_EQ(ended.session()->handshakes, 2U);
  EXPECT_EQ(ended.session()->endpoints.size(), 2U);
  EXPECT_EQ(ended.as<SessionEndBody>()->ended.duration, std::chrono::seconds(300));
}

// 5. Naive: REMOVED and a new peer, and bytes that go down.
TEST(FailureClass5, SetconfIsNeitherRemovalNorNegativeBytes) {
  Story story(options_with(std::chrono::seconds(10)));
  story.dump(0.1, wg0({{"alice", "(none)"}, {"bob", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10, 5000, 9000}, {"bob", "(none)"}}));
  EXPECT_THAT(story.dump(20, wg0({{"alice", "(none)"}, {"bob", "(none)"}})),
              ElementsAre("@20 CONFIG wg0 alice: created anew with the same key",
                          "@20 CONFIG wg0 bob: created anew with the same key"));
  EXPECT_THAT(story.dump(26, wg0({{"alice", home, 25, 180, 92}, {"bob", "(none)"}})), IsEmpty());
  story.dump(225, wg0({{"alice", home, 25, 180, 92}, {"bob", "(none)"}}));
  const Record& ended = last_of(story, Action::session_ended);
  EXPECT_EQ(ended.session()->rx_bytes, 5180U);
  EXPECT_EQ(ended.session()->tx_bytes, 9092U);
  EXPECT_EQ(ended.as<SessionEndBody>()->ended.ended, story_start() + std::chrono::seconds(205));
}

// 5. Without a grace the absence is told, as what it was.
TEST(FailureClass5, SetconfEndsTheSessionWhereThereIsNoGrace) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10, 5000, 9000}}));
  EXPECT_THAT(story.dump(20, wg0({{"alice", "(none)"}})),
              ElementsAre("@20 CONFIG wg0 alice: created anew with the same key",
                          "@20 OFFLINE wg0 alice (peer recreated)",
                          "@20 SESSION wg0 alice ended (peer recreated) after 10 s, received 5000, "
                          "sent 9000 bytes"));
}

// 6. Naive: everybody is REMOVED when `wg` fails once, or lists an interface less.
TEST(FailureClass6, AFailedOrPartialDumpEndsNoSession) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10}}));
  story.dump_fails(40, "exit status 1");
  story.dump_fails(41, "line 3: bad_key");
  EXPECT_THAT(story.dump(42, wg0({{"alice", home, 10}})),
              ElementsAre(HasSubstr("evidence lost: dump outage")));
  EXPECT_THAT(story.dump(50, {}), IsEmpty());
  EXPECT_THAT(story.dump(50.4, wg0({{"alice", home, 10}})), IsEmpty());
}

/// `time` on the steady clock, and a wall clock that is `ahead` seconds ahead of it.
Instant skewed(double time, int ahead) {
  return {at(time).steady, at(time).utc + std::chrono::seconds(ahead)};
}

std::vector<std::string> dump_at(Story& story, Instant now, const Dump& dump) {
  story.auditor.on_dump(dump, {}, {now, now}, story.records);
  return story.take();
}

// 7. Naive: a clock that is set forward makes everybody OFFLINE, and ONLINE with the next rekey.
TEST(FailureClass7, AClockSetForwardEndsNoSession) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10}}));
  EXPECT_THAT(dump_at(story, skewed(40, 3600), wg0({{"alice", home, 10}})),
              ElementsAre(HasSubstr("clock stepped by +3600.000 s")));
  EXPECT_THAT(dump_at(story, skewed(131, 3600), wg0({{"alice", home, 3730}})), IsEmpty());
  EXPECT_THAT(dump_at(story, skewed(310.01, 3600), wg0({{"alice", home, 3730}})),
              ElementsAre("@3910 OFFLINE wg0 alice (timeout)", testing::StartsWith("@3910 SESS")));
  EXPECT_EQ(last_of(story, Action::session_ended).as<SessionEndBody>()->ended.duration,
            std::chrono::seconds(300));
}

// 7. Naive: a handshake in the future keeps a peer online until the clock gets there.
TEST(FailureClass7, AClockSetBackKeepsNobodyOnline) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", "(none)"}}));
  story.dump(10.5, wg0({{"alice", home, 10}}));
  EXPECT_THAT(dump_at(story, skewed(40, -3600), wg0({{"alice", home, 10}})),
              ElementsAre(HasSubstr("clock stepped by -3600.000 s")));
  EXPECT_THAT(dump_at(story, skewed(189, -3600), wg0({{"alice", home, 10}})), IsEmpty());
  EXPECT_THAT(dump_at(story, skewed(190.01, -3600), wg0({{"alice", home, 10}})),
              ElementsAre("@-3410 OFFLINE wg0 alice (timeout)", HasSubstr("after 180 s")));
}

// 7. Naive: the lower handshake of a clock that was set back is taken for a new peer.
TEST(FailureClass7, ARekeyByAClockThatWasSetBackIsOneOfTheSameSession) {
  Story story(options_with());
  story.dump(4000, wg0({{"alice", "(none)"}}));
  story.dump(4010.5, wg0({{"alice", home, 4010}}));
  dump_at(story, skewed(4040, -3600), wg0({{"alice", home, 4010}}));
  EXPECT_THAT(dump_at(story, skewed(4131, -3600), wg0({{"alice", home, 530}})), IsEmpty());
}

// 8. Naive: last seen in 1970, or online.
TEST(FailureClass8, APeerThatNeverShookHandsIsOfflineAndHasNoTime) {
  Story story(options_with());
  EXPECT_THAT(story.dump(0.1, wg0({{"alice", "(none)"}})),
              ElementsAre("@0.1 ADDED wg0 alice offline"));
  EXPECT_THAT(story.dump(600, wg0({{"alice", home, -1, 148, 92}})), IsEmpty());
  const std::string json = noted_json(story.last.back());
  EXPECT_THAT(json, HasSubstr(R"("latest_handshake":null)"));
  EXPECT_THAT(json, Not(HasSubstr("1970")));
}

// 9. Naive: state by key alone; the two overwrite each other with every poll.
TEST(FailureClass9, OneKeyOnTwoInterfacesIsTwoSessions) {
  Story story(options_with());
  const auto both = [](const Row& on_wg0, const Row& on_wg1) {
    return Dump{dump_interface("wg0", {on_wg0}), dump_interface("wg1", {on_wg1})};
  };
  story.dump(0.1, both({"alice", "(none)"}, {"alice", "(none)"}));
  story.dump(10.5, both({"alice", home, 10, 1000, 1}, {"alice", "(none)"}));
  story.dump(20.5, both({"alice", home, 10, 1000, 1}, {"alice", home, 20, 50, 7}));
  story.dump(190.01, both({"alice", home, 10, 1000, 1}, {"alice", home, 20, 50, 7}));
  const Record& ended = last_of(story, Action::session_ended);
  EXPECT_EQ(ended.interface.view(), "wg0");
  EXPECT_EQ(ended.session()->rx_bytes, 1000U);
  EXPECT_THAT(story.dump(200.01, both({"alice", home, 10, 1000, 1}, {"alice", home, 20, 50, 7})),
              ElementsAre("@200 OFFLINE wg1 alice (timeout)", HasSubstr("received 50, sent 7")));
}

// 9. Naive: a session is named by key and time alone.
TEST(FailureClass9, OneKeyThatComesToTwoInterfacesInOneSecondHasTwoSessions) {
  Story story(options_with());
  const auto both = [](const Row& row) {
    return Dump{dump_interface("wg0", {row}), dump_interface("wg1", {row})};
  };
  story.dump(0.1, both({"alice", "(none)"}));
  EXPECT_THAT(story.dump(10.5, both({"alice", home, 10, 1000, 1})),
              ElementsAre("@10 ONLINE wg0 alice from 203.0.113.7:51820",
                          "@10 ONLINE wg1 alice from 203.0.113.7:51820"));
  const Record& on_wg1 = story.last[story.last.size() - 1];
  const Record& on_wg0 = story.last[story.last.size() - 2];
  EXPECT_NE(on_wg0.session_id, on_wg1.session_id);
}

// 17. Naive: nothing at all; the kernel refuses in silence but for a debug line.
TEST(FailureClass17, AClientWhoseClockWentBackIsAnAttemptWithACount) {
  Story story(options_with());
  story.dump(0.1, wg0({{"alice", home, -1}}));
  constexpr std::string_view refused = "Invalid handshake initiation from 203.0.113.7:51820";
  EXPECT_THAT(story.kernel(5, refused),
              ElementsAre(HasSubstr("initiation invalid"),
                          "@5 ATTEMPT wg0 203.0.113.7:51820: initiation invalid"));
  for (int i = 2; i <= 20; ++i) EXPECT_EQ(story.kernel(5 * i, refused).size(), 1U);
  EXPECT_THAT(story.dump(305.1, wg0({{"alice", home, -1}})),
              ElementsAre("@100 ATTEMPT wg0 203.0.113.7:51820: initiation invalid, 19 times"));
  const Record& attempt = last_of(story, Action::attempt);
  EXPECT_EQ(attempt.witness, Witness::kernel);
  EXPECT_EQ(attempt.as<AttemptBody>()->facts.first, story_start() + std::chrono::seconds(10));
}

// 18. Naive: each initiation or keypair is taken for a connection, or nothing is said.
TEST(FailureClass18, AHalfDeadPeerIsAnAttemptAndNeverOnline) {
  Story story(options_with());
  const auto half_dead = [](int initiations) {
    return wg0({{"alice", home, -1, 148 * static_cast<std::uint64_t>(initiations)}});
  };
  story.dump(0.1, half_dead(0));
  std::vector<std::string> journal;
  for (int i = 0; i < 12; ++i) {
    const double time = 10 + 5.1 * i;
    story.kernel(time, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
    story.kernel(time, "Sending handshake response to peer 1 (203.0.113.7:51820)");
    story.kernel(time, fmt::format("Keypair {} created for peer 1", i + 1));
    for (const double later : {0.05, 0.4, 1.0}) {
      for (auto& text : story.dump(time + later, half_dead(i + 1)))
        journal.push_back(std::move(text));
    }
  }
  EXPECT_THAT(journal, ElementsAre("@10 ATTEMPT wg0 peer 1 203.0.113.7:51820: unconfirmed",
                                   "@20.25 wg0 peer 1 is alice (count)",
                                   "@25.349999 wg0 peer 1 is alice (count)"))
      << "the second settles the lines that were recorded just before the proof";
  EXPECT_EQ(last_of(story, Action::attempt).witness, Witness::both);
  // The way back is mended: what was folded is told, and the session begins.
  story.kernel(71.2, "Receiving handshake initiation from peer 1 (203.0.113.7:51820)");
  EXPECT_THAT(story.dump(71.4, wg0({{"alice", home, 71, 148 * 13}})),
              ElementsAre("@71 ONLINE wg0 alice from 203.0.113.7:51820",
                          "@61 ATTEMPT wg0 peer 1 203.0.113.7:51820: unconfirmed, 10 times"));
}

}  // namespace
}  // namespace wgaudit::failure_class_test
