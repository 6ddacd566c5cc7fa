#include "wgaudit/audit/auditor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "audit/story.hpp"

namespace wgaudit::auditor_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

const Dump nobody = {dump_interface("wg0", {{"alice", "(none)"}})};
const Dump alice_online = {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}})};

AuditorOptions with_names() {
  AuditorOptions options;
  options.names[key_of("alice")] = "alice";
  return options;
}

TEST(Auditor, RecordsALineAtOnceAndUnresolved) {
  Story story;
  EXPECT_THAT(story.kernel(1.5, "Receiving handshake initiation from peer 7 (203.0.113.7:51820)"),
              ElementsAre("@1.5 wg0 peer 7: handshake initiation received (203.0.113.7:51820)"));
  const Record& record = story.last.back();
  EXPECT_EQ(record.sequence, 1U);
  EXPECT_EQ(record.peer()->id, PeerId{7});
  EXPECT_EQ(record.peer()->identity, IdentityState::unresolved);
  EXPECT_EQ(record.peer()->public_key, std::nullopt);
  EXPECT_EQ(record.as<EventBody>()->stamp, std::chrono::microseconds(11'500'000));
}

TEST(Auditor, TellsAPeersStoryByNameFromOnlineToOffline) {
  Story story(with_names());
  EXPECT_THAT(story.dump(0.1, nobody), ElementsAre("@0.1 ADDED wg0 alice offline"));
  EXPECT_THAT(story.dump(10.4, alice_online),
              ElementsAre("@10 ONLINE wg0 alice from 203.0.113.7:51820"));
  EXPECT_THAT(story.dump(190.01, alice_online),
              ElementsAre("@190 OFFLINE wg0 alice (timeout)", StartsWith("@190 SESSION")));
  EXPECT_EQ(story.last[2].session_id, "wg0-YWxpY2UAAAAAAAAA-1795244410");
  EXPECT_EQ(story.last[3].session_id, story.last[2].session_id)
      << "the end names the session it ends";
}

TEST(Auditor, TellsOfEverybodyBehindTheFirstDumpOfARunWhereItIsToldTo) {
  AuditorOptions options = with_names();
  options.tells_all_at_start = true;
  Story story(options);
  EXPECT_THAT(story.dump(0.1, nobody), ElementsAre("@0.1 ADDED wg0 alice offline"))
      << "the record of the first sight is enough";
  story.dump(10.4, alice_online);
  Story second = restarted(story, 20, options);
  const Dump both = {dump_interface(
      "wg0", {{"alice", "203.0.113.7:51820", 10}, {"bob", "203.0.113.8:51820", 10}})};
  second.dump(20.5, both);
  const Record& found = second.last.back();
  EXPECT_TRUE(is_peer_at_start(found));
  EXPECT_EQ(found.peer()->name, "alice");
  EXPECT_EQ(found.peer()->presence, Presence::online);
  EXPECT_EQ(std::ranges::count_if(second.last, is_peer_at_start), 1) << "bob is new";
  second.dump(21, both);
  EXPECT_EQ(std::ranges::count_if(second.last, is_peer_at_start), 1) << "once a run";
  Story without = restarted(story, 20, with_names());
  EXPECT_THAT(without.dump(20.5, alice_online), IsEmpty());
}

TEST(Auditor, AnUnknownWireGuardLineIsKeptWithItsText) {
  Story story;
  EXPECT_THAT(story.kernel(1, "Something \x1b[31mnew"),
              ElementsAre("@1 wg0 unknown message, wireguard: wg0: Something \\x1b[31mnew"));
}

TEST(Auditor, CountsEveryDatagramOnce) {
  Story story;
  for (const std::string_view bytes :
       {"<7>Nov 21 07:00:00 gw1 kernel: wireguard: wg0: Peer 1 created",
        "<6>Nov 21 07:00:00 gw1 kernel: eth0: link up", "<30>Nov 21 07:00:00 gw1 cron: job",
        "no frame", "<7>Nov 21 07:00:00 gw1 kernel[1]: wireguard: wg0: Peer 2 created",
        "<14>Nov 21 07:00:00 gw1 kernel: wireguard: wg0: Peer 3 created", ""}) {
    story.datagram(1, bytes);
  }
  const Counters& counters = story.auditor.counters();
  EXPECT_EQ(counters.received, 7U);
  EXPECT_EQ(counters.recorded, 1U);
  EXPECT_EQ(counters.ignored, 3U);
  EXPECT_THAT(counters.rejected,
              ElementsAre(testing::Pair("empty", 1U), testing::Pair("missing_priority", 1U),
                          testing::Pair("process_id", 1U)));
}

TEST(Auditor, WhatWasRejectedIsRecordedOnceWithItsReasons) {
  Story story;
  for (const std::string_view bytes : {"no frame", "", "no frame"}) story.datagram(1, bytes);
  const auto recorded = [&](double time) {
    story.auditor.record_rejections(at(time), story.records);
    return story.take();
  };
  EXPECT_THAT(recorded(60), ElementsAre("@60 evidence lost: datagrams rejected, 3 times (empty 1, "
                                        "missing_priority 2)"));
  EXPECT_THAT(recorded(120), IsEmpty());
  story.datagram(121, "no frame");
  story.auditor.on_stop({}, at(180), story.records);
  EXPECT_THAT(story.take(),
              ElementsAre("@180 evidence lost: datagrams rejected, once (missing_priority 1)",
                          "@180 monitor stopped"));
  EXPECT_EQ(story.last[1].as<Loss>()->from, story_start() + std::chrono::seconds(120));
}

TEST(Auditor, ARepeatedLineCountsForAll) {
  Story story;
  story.datagram(1,
                 "<7>Nov 21 07:00:00 gw1 kernel: message repeated 4 times: [ wireguard: wg0: "
                 "Receiving keepalive packet from peer 1 (203.0.113.7:51820)]");
  EXPECT_EQ(story.last.back().as<EventBody>()->repeated, 4U);
  EXPECT_EQ(
      story.auditor.counters().events[static_cast<std::size_t>(EventKind::keepalive_received)], 4U);
}

TEST(Auditor, ALineAloneMakesNobodyOnline) {
  Story story;
  story.dump(0.1, nobody);
  for (const std::string_view text :
       {"Receiving handshake response from peer 1 (203.0.113.7:51820)",
        "Keypair 1 created for peer 1",
        "Receiving keepalive packet from peer 1 (203.0.113.7:51820)"}) {
    story.kernel(5, text);
  }
  EXPECT_THAT(story.dump(5.5, nobody), IsEmpty());
}

TEST(Auditor, AFailedDumpChangesNobodyAndIsRecordedOncePerEpisode) {
  Story story(with_names());
  story.dump(11, alice_online);
  EXPECT_THAT(story.dump_fails(41, "exit status 1: no\tnews"),
              ElementsAre("@41 evidence lost: dump exit status (exit status 1: no\\x09news)"));
  EXPECT_THAT(story.dump_fails(42, "exit status 1"), IsEmpty());
  EXPECT_THAT(story.dump_fails(44, "exit status 1"), IsEmpty());
  EXPECT_THAT(story.dump(48, alice_online),
              ElementsAre("@48 evidence lost: dump outage, 3 times (exit_status)"));
  EXPECT_EQ(story.last.back().as<Loss>()->from, story_start() + std::chrono::seconds(11));
  EXPECT_EQ(story.auditor.counters().dump_failures, 3U);
}

TEST(Auditor, AnInterfaceThatCannotBeReadIsToldWhenItBeginsAndWhenItEnds) {
  Story story(with_names());
  story.dump(11, alice_online);
  const std::vector<InterfaceName> wg0 = {*parse_interface_name("wg0")};
  const auto unreadable = [&](double time) {
    story.auditor.on_dump({}, wg0, {at(time), at(time)}, story.records);
    return story.take();
  };
  EXPECT_THAT(unreadable(41), ElementsAre("@41 evidence lost: interface unreadable (wg0)"));
  EXPECT_THAT(unreadable(71), IsEmpty());
  EXPECT_THAT(story.dump(101, alice_online),
              ElementsAre("@101 evidence lost: interface outage (wg0)"));
  EXPECT_EQ(story.last.back().as<Loss>()->from, story_start() + std::chrono::seconds(11));
}

TEST(Auditor, ADumpThatBeganBeforeTheThresholdEndsNoSession) {
  Story story(with_names());
  story.dump(11, alice_online);
  EXPECT_THAT(story.dump(190.01, alice_online, 0.05), IsEmpty());
  EXPECT_LE(story.dump_wanted_in(190.01), 0.5);
  EXPECT_THAT(story.dump(190.5, {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 189}})}),
              IsEmpty());
}

// The first handshake of a peer comes before anybody can know whose its id is.
TEST(Auditor, WhoBeganASessionIsKnownOnceTheIdIsProven) {
  Story story(with_names());
  story.kernel(0, "Interface created");
  story.kernel(0.1, "Peer 7 created");
  story.dump(1, nobody);
  story.kernel(10.2, "Receiving handshake initiation from peer 7 (203.0.113.7:51820)");
  story.dump(10.5, alice_online);
  EXPECT_EQ(story.last.back().session()->initiator, std::nullopt);
  for (int i = 0; i < 20; ++i) {
    story.kernel(12 + i, "Sending keepalive packet to peer 7 (203.0.113.7:51820)");
  }
  for (const double time : {40.0, 41.0, 192.0}) story.dump(time, alice_online);
  ASSERT_TRUE(story.last.back().is(Action::session_ended));
  EXPECT_EQ(story.last.back().session()->initiator, Initiator::peer);
}

TEST(Auditor, ARestartIsSilentAndTheSessionGoesOn) {
  Story before(with_names());
  before.dump(11, alice_online);
  Story after(with_names());
  for (const Record& record : before.last) after.auditor.restore(record);
  after.auditor.on_start({}, at(60), after.records);
  EXPECT_THAT(after.take(),
              ElementsAre("@60 monitor started, version ", "@60 evidence lost: monitor down"));
  EXPECT_THAT(after.dump(60.1, alice_online), IsEmpty());
  EXPECT_THAT(after.dump(190.01, alice_online),
              ElementsAre("@190 OFFLINE wg0 alice (timeout)", StartsWith("@190 SESSION")));
  EXPECT_EQ(after.last.back().sequence, before.last.back().sequence + 4);
}

TEST(Auditor, AnOfflineThatHappenedWhileItWasDownIsToldWithItsTime) {
  Story before(with_names());
  before.dump(11, alice_online);
  Story after(with_names());
  for (const Record& record : before.last) after.auditor.restore(record);
  after.auditor.on_start({}, at(1000), after.records);
  after.take();
  EXPECT_THAT(after.dump(1000.1, alice_online),
              ElementsAre("@190 OFFLINE wg0 alice (timeout)", StartsWith("@190 SESSION")));
}

TEST(Auditor, ASnapshotRestoresWhatTheRecordsBeforeItDid) {
  Story before(with_names());
  before.dump(11, {dump_interface("wg0", {{"alice", "203.0.113.7:51820", 10}, {"bob", "(none)"}})});
  before.auditor.snapshot_records(at(12), before.records);
  before.take();
  Story after(with_names());
  for (const Record& record : before.last) {
    if (record.is(Action::snapshot)) after.auditor.restore(*parse_record(noted_json(record)));
  }
  after.auditor.on_start({}, at(20), after.records);
  after.take();
  EXPECT_THAT(after.dump(21, {dump_interface(
                                 "wg0", {{"alice", "203.0.113.7:51820", 10}, {"bob", "(none)"}})}),
              IsEmpty());
}

TEST(Auditor, APeerRemovedBeforeTheRestartIsNotRemovedAgain) {
  Story before;
  before.dump(11, alice_online);
  before.dump(12, {dump_interface("wg0", {{"bob", "(none)"}})});
  Story after;
  for (const Record& record : before.last) after.auditor.restore(record);
  after.auditor.on_start({}, at(20), after.records);
  after.take();
  EXPECT_THAT(after.dump(21, {dump_interface("wg0", {{"bob", "(none)"}})}), IsEmpty());
}

TEST(Auditor, SequencesCountWithoutGapsInEachStream) {
  Story story;
  story.dump(11, alice_online);
  story.kernel(12, "Peer 1 created");
  story.dump(13, {dump_interface("wg0", {})});
  story.kernel(14, "Peer 2 created");
  std::vector<std::uint64_t> journal;
  std::vector<std::uint64_t> events;
  for (const Record& record : story.last) {
    (record.stream() == Stream::journal ? journal : events).push_back(record.sequence);
  }
  EXPECT_THAT(journal, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(events, ElementsAre(1, 2));
}

TEST(Auditor, AsksForADumpWhenThePeerThatIsOnlineReachesTheThreshold) {
  Story story;
  story.dump(10.5, alice_online);
  EXPECT_THAT(story.dump_wanted_in(10.5), DoubleNear(30, 0.01));
  story.dump(161, alice_online);
  EXPECT_THAT(story.dump_wanted_in(161), DoubleNear(29, 0.001)) << "190 s, not 191 s";
}

// Events are not synced: the end of a boot can take some, and nobody knows how many.
TEST(AuditorStart, AfterACrashOfTheMachineEventsBeginFarBehindThoseThatMayBeLost) {
  const struct {
    std::string_view boot_id;
    bool is_stopped;
    bool is_synced;
    bool are_lost;
  } rows[] = {
      {"6b9f1c5e-0000-4000-8000-1", false, true, false},  // that of noted_json: the daemon died
      {"another", false, true, true},
      {"another", true, true, false},
      {"another", true, false, true},
      {"", false, true, false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.boot_id);
    Story before;
    before.kernel(1, "Peer 1 created");
    before.dump(2, {dump_interface("wg0", {{"alice", "(none)"}})});
    if (!row.is_synced) {
      before.auditor.on_loss(LossReason::events_unsynced, {}, at(3), before.records);
    }
    if (row.is_stopped) before.auditor.on_stop({}, at(3), before.records);
    before.take();
    AuditorOptions options;
    options.boot_id = row.boot_id;
    Story after(options);
    for (const Record& record : before.last) {
      after.auditor.restore(*parse_record(noted_json(record)));
    }
    after.auditor.continue_from(Stream::events, 1, at(1).utc);
    after.auditor.on_start({}, at(10), after.records);
    after.kernel(11, "Peer 2 created");
    constexpr std::uint64_t skipped = 1U << 26U;
    EXPECT_EQ(after.last.back().sequence, row.are_lost ? 2 + skipped : 2);
    const auto told = std::find_if(after.last.begin(), after.last.end(), [](const Record& record) {
      return record.reason == "events_unsynced";
    });
    ASSERT_EQ(told != after.last.end(), row.are_lost);
    if (!row.are_lost) continue;
    EXPECT_EQ(
        *told->as<Loss>(),
        (Loss{{}, at(1).utc, at(10).utc, {}, {}, MissingNumbers{Stream::events, 2, 1 + skipped}}));
  }
}

AuditorOptions of_boot(std::string id) {
  AuditorOptions options;
  options.boot_id = std::move(id);
  return options;
}

/// A run of the machine's second boot, of whose first there are this record and `last_event`.
struct SecondBoot : Story {
  SecondBoot(Record of_first, std::uint64_t last_event) : Story(of_boot("second")) {
    of_first.sequence = 1;
    of_first.created = at(1).utc;
    of_first.boot_id = "first";
    auditor.restore(of_first);
    auditor.continue_from(Stream::events, last_event, at(1).utc);
    auditor.on_start({}, at(10), records);
    kernel(11, "Peer 2 created");
  }
};

TEST(AuditorStart, ASecondCrashOfTheMachineGivesNoNumberOfTheFirstOutAgain) {
  Record of_first;
  of_first.action = Action::checkpoint;
  SecondBoot second(of_first, 1);
  const std::uint64_t given_out = second.last.back().sequence;

  // None of the events of the second boot is on the disk.
  Story third(of_boot("third"));
  for (Record record : second.last) {
    if (record.stream() != Stream::journal) continue;
    record.boot_id = "second";
    third.auditor.restore(record);
  }
  third.auditor.continue_from(Stream::events, 1, at(1).utc);
  third.auditor.on_start({}, at(20), third.records);
  third.kernel(21, "Peer 3 created");
  EXPECT_GT(third.last.back().sequence, given_out);
}

TEST(AuditorStart, EventsThatWereLostInFrontOfARecordedLossAreAccountedForToo) {
  Record overflow;
  overflow.action = Action::evidence_lost;
  overflow.body = Loss{11, {}, {}, {}, {}, MissingNumbers{Stream::events, 140, 150}};
  SecondBoot story(overflow, 99);
  const auto told = std::find_if(story.last.begin(), story.last.end(), [](const Record& record) {
    return record.reason == "events_unsynced";
  });
  ASSERT_NE(told, story.last.end());
  EXPECT_EQ(told->as<Loss>()->numbers->first, 100U);
  EXPECT_EQ(told->as<Loss>()->numbers->last + 1, story.last.back().sequence);
}

}  // namespace
}  // namespace wgaudit::auditor_test
