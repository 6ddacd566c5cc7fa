#include "shell/readers/hooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "journal/stored.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::hooks_test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Record change(std::uint64_t sequence, Action action, std::string_view peer) {
  Record record = numbered_record(sequence);
  record.action = action;
  record.interface = *parse_interface_name("wg0");
  auto& body = record.body.emplace<PeerBody>();
  body.endpoint = parse_endpoint("203.0.113.7:51820");
  body.peer.public_key = key_of(peer);
  body.peer.name = "alice";
  body.peer.presence = action == Action::peer_online ? Presence::online : Presence::offline;
  body.peer.allowed_ips = "10.0.0.2/32,10.9.0.0/16";
  body.peer.latest_handshake =
      std::chrono::floor<std::chrono::seconds>(story_start()) + std::chrono::seconds(7);
  return record;
}

class HooksTest : public testing::Test {
 protected:
  HooksTest() : journal(folder.path(), Stream::journal) { journal.open(); }

  void append(const Record& record) {
    Batch batch;
    batch.first_sequence = batch.last_sequence = record.sequence;
    batch.count = 1;
    batch.lines = noted_json(record) + "\n";
    ASSERT_TRUE(journal.append(batch));
  }

  HookOptions options(std::string_view script) {
    HookOptions options;
    options.script = folder.write_script("hook", script);
    options.actions = {"peer_online", "peer_offline", "peer_removed"};
    options.journal = folder.path();
    options.max_age = std::chrono::years(100);
    return options;
  }

  /// Runs a hook of `options` over the journal from the cursor to the end.
  void run(HookOptions options, std::uint64_t first = 1) {
    boost::asio::io_context io;
    Hooks hooks(io, std::move(options),
                {[this](std::string line) { log.push_back(std::move(line)); },
                 [this](Loss loss) { skipped.push_back(std::move(loss)); }});
    hooks.open(first);
    hooks.catch_up(on_disk);
    io.run();
    runs = hooks.runs();
  }

  std::string output() { return read_file(folder.path() / "output"); }

  /// A script that adds what `command` prints to the file that output() reads.
  std::string noting(std::string_view command) {
    return fmt::format("{{ {}; }} >> {}", command, (folder.path() / "output").string());
  }

  TemporaryFolder folder;
  SegmentWriter journal;
  std::uint64_t on_disk = 1000;
  std::vector<std::string> log;
  std::vector<Loss> skipped;
  HookRuns runs;
};

TEST_F(HooksTest, GetsWgMonitorsEnvironmentAndNothingElse) {
  append(change(1, Action::peer_online, "alice"));
  run(options(noting("env | sort | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=")));
  EXPECT_EQ(output(),
            "PATH=/usr/bin:/usr/sbin:/bin:/sbin\n"
            "PEER_ALLOWED_IPS=10.0.0.2\n"
            "PEER_ENDPOINT=203.0.113.7:51820\n"
            "PEER_EVENT=ONLINE\n"
            "PEER_HANDSHAKE=1795244407\n"
            "PEER_IFACE=wg0\n"
            "PEER_NAME=alice\n"
            "PEER_ONLINE=1\n"
            "PEER_PUBKEY=YWxpY2UAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            "WGAUDIT_REPLAY=0\n"
            "WGAUDIT_SEQUENCE=1\n");
}

TEST_F(HooksTest, GetsTheRecordOnItsStandardInput) {
  const Record record = change(1, Action::peer_online, "alice");
  append(record);
  run(options(noting("cat")));
  std::string line;
  Chain().append(noted_json(record), line);
  EXPECT_EQ(output(), line + "\n");
}

TEST_F(HooksTest, NamesTheEventsAsWgMonitorDoes) {
  append(change(1, Action::peer_added, "alice"));
  append(change(2, Action::peer_online, "alice"));
  append(change(3, Action::peer_roamed, "alice"));
  append(change(4, Action::peer_offline, "alice"));
  append(change(5, Action::peer_removed, "alice"));
  run(options(noting("echo $WGAUDIT_SEQUENCE $PEER_EVENT")));
  EXPECT_EQ(output(), "1 OFFLINE\n2 ONLINE\n4 OFFLINE\n5 REMOVED\n");
}

TEST_F(HooksTest, RunsForOtherActionsWhenTheyAreNamed) {
  append(change(1, Action::peer_roamed, "alice"));
  append(numbered_record(2));
  HookOptions wanted = options(noting("echo $WGAUDIT_SEQUENCE $PEER_EVENT $PEER_IFACE"));
  wanted.actions = {"peer_roamed", "evidence_lost"};
  run(std::move(wanted));
  EXPECT_THAT(output(), AllOf(HasSubstr("1 ROAMED wg0\n"), HasSubstr("2 EVIDENCE_LOST\n")));
}

TEST_F(HooksTest, RunsOneAtATimeForEachPeerInOrder) {
  for (std::uint64_t i = 1; i <= 20; ++i) {
    append(change(i, i % 2 == 1 ? Action::peer_online : Action::peer_offline, "alice"));
  }
  run(options(noting("mkdir busy$WGAUDIT_SEQUENCE.d 2>&1; echo begin $WGAUDIT_SEQUENCE; rmdir "
                     "busy$WGAUDIT_SEQUENCE.d; echo end $WGAUDIT_SEQUENCE")
                  .insert(0, fmt::format("cd {}; ", folder.path().string()))));
  std::string wanted;
  for (int i = 1; i <= 20; ++i) wanted += fmt::format("begin {}\nend {}\n", i, i);
  EXPECT_EQ(output(), wanted);
}

TEST_F(HooksTest, ASlowPeerDoesNotHoldUpAnother) {
  append(change(1, Action::peer_online, "slow"));
  append(change(2, Action::peer_offline, "slow"));
  append(change(3, Action::peer_online, "quick"));
  // The slow one goes on only when the quick one has ended.
  run(
      options(noting(fmt::format("cd {}; if test $WGAUDIT_SEQUENCE = 1; then until test -e quick; "
                                 "do sleep 0.01; done; fi; echo $WGAUDIT_SEQUENCE; test "
                                 "$WGAUDIT_SEQUENCE = 3 && touch quick",
                                 folder.path().string()))));
  EXPECT_EQ(output(), "3\n1\n2\n");
}

TEST_F(HooksTest, NeverMoreAtOnceThanAllowed) {
  for (std::uint64_t i = 1; i <= 12; ++i) {
    append(change(i, Action::peer_online, fmt::format("peer{}", i)));
  }
  HookOptions two = options(noting(fmt::format(
      "cd {}; mkdir a 2>/dev/null && mine=a || {{ mkdir b 2>/dev/null && mine=b || echo crowded; "
      "}}; sleep 0.02; rmdir $mine",
      folder.path().string())));
  two.concurrency = 2;
  run(std::move(two));
  EXPECT_EQ(output(), "");
}

TEST_F(HooksTest, IsEndedWithAllItStartedAtTheLimit) {
  append(change(1, Action::peer_online, "alice"));
  append(change(2, Action::peer_offline, "alice"));
  HookOptions limited =
      options(noting("echo $WGAUDIT_SEQUENCE; test $WGAUDIT_SEQUENCE = 2 || { "
                     "sleep 1000 & sleep 1000; }"));
  limited.time_limit = std::chrono::seconds(5);  // the second one must not need as long
  const auto began = std::chrono::steady_clock::now();
  run(std::move(limited));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  EXPECT_EQ(output(), "1\n2\n");
  EXPECT_THAT(log, ElementsAre(HasSubstr("timed out and was ended with all it started")));
  EXPECT_EQ(runs, (HookRuns{.succeeded = 1, .timed_out = 1}));
}

TEST_F(HooksTest, ItsOutputAndFailureGoToTheDaemonsLogPrintable) {
  append(change(1, Action::peer_online, "alice"));
  run(options("printf 'one\\033[31m\\ntwo\\n'; echo three >&2; exit 3"));
  EXPECT_THAT(log, ElementsAre("hook for record 1: one\\x1b[31m", "hook for record 1: two",
                               "hook for record 1: three",
                               "hook for record 1: " + (folder.path() / "hook").string() +
                                   " ended with status 3"));
  EXPECT_EQ(runs, (HookRuns{.failed = 1}));
}

TEST_F(HooksTest, ARestartGoesOnBehindTheLastOneThatEnded) {
  append(change(1, Action::peer_online, "alice"));
  append(change(2, Action::peer_offline, "alice"));
  const HookOptions noted = options(noting("echo $WGAUDIT_SEQUENCE"));
  run(noted);
  append(change(3, Action::peer_online, "alice"));
  run(noted, 99);
  EXPECT_EQ(output(), "1\n2\n3\n");
}

TEST_F(HooksTest, WhatRanWhenTheDaemonEndedRunsAgain) {
  append(change(1, Action::peer_online, "alice"));
  append(change(2, Action::peer_online, "bob"));
  const HookOptions noted = options(noting("echo $WGAUDIT_SEQUENCE"));
  {
    boost::asio::io_context io;
    Hooks hooks(io, noted, {[](std::string) {}, [](Loss) {}});
    hooks.open(1);
    hooks.catch_up(on_disk);
  }
  std::ofstream(folder.path() / "output");
  run(noted);
  EXPECT_THAT(output(), AllOf(HasSubstr("1\n"), HasSubstr("2\n")));
}

TEST_F(HooksTest, ARunThatDiedBeforeItsFirstHookLeavesThemToTheNext) {
  boost::asio::io_context io;
  Hooks(io, options(noting("echo")), {[](std::string) {}, [](Loss) {}}).open(1);
  append(change(1, Action::peer_online, "alice"));
  append(change(2, Action::peer_offline, "alice"));
  run(options(noting("echo $WGAUDIT_SEQUENCE $WGAUDIT_REPLAY")), 3);
  EXPECT_EQ(output(), "1 1\n2 1\n");
}

TEST_F(HooksTest, ALongBacklogIsReadInTurnsAndHoldsNothingUp) {
  for (std::uint64_t i = 1; i <= 2000; ++i) append(change(i, Action::peer_roamed, "alice"));
  append(change(2001, Action::peer_online, "alice"));
  boost::asio::io_context io;
  Hooks hooks(io, options(noting("echo $WGAUDIT_SEQUENCE")), {[](std::string) {}, [](Loss) {}});
  hooks.open(1);
  hooks.catch_up(2001);
  CursorFile cursor;
  cursor.open(folder.path() / "hooks.cursor", "");
  EXPECT_EQ(cursor.text(), "257") << "what one turn reads";
  EXPECT_GE(io.poll(), 2U) << "turns in which others get theirs";
  io.restart();
  io.run();
  EXPECT_EQ(output(), "2001\n");
}

TEST_F(HooksTest, RecordsOfAnEarlierRunAreMarked) {
  append(change(1, Action::peer_online, "alice"));
  append(change(2, Action::peer_offline, "alice"));
  CursorFile().open(folder.path() / "hooks.cursor", "1");
  run(options(noting("echo $WGAUDIT_SEQUENCE $WGAUDIT_REPLAY")), 2);
  EXPECT_EQ(output(), "1 1\n2 0\n");
}

TEST_F(HooksTest, IsNotRunForWhatIsTooOldWhichIsTold) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto append_of = [&](std::uint64_t sequence, std::chrono::seconds age) {
    Record record = change(sequence, Action::peer_online, "alice");
    record.created = now - age;
    append(record);
  };
  append_of(1, std::chrono::hours(3));
  append_of(2, std::chrono::hours(2));
  append_of(3, std::chrono::minutes(30));
  HookOptions an_hour = options(noting("echo $WGAUDIT_SEQUENCE"));
  an_hour.max_age = std::chrono::hours(1);
  run(std::move(an_hour));
  EXPECT_EQ(output(), "3\n");
  EXPECT_THAT(skipped,
              ElementsAre(Loss{2, now - std::chrono::hours(3), now - std::chrono::hours(2), {}}));
  EXPECT_EQ(runs, (HookRuns{.succeeded = 1, .skipped = 2}));
}

TEST_F(HooksTest, ARecordTellsOfThoseThatWereDeletedBeforeItCouldRunForThem) {
  CursorFile().open(folder.path() / "hooks.cursor", "2");
  journal.append(numbered_batch(7, 7));
  run(options(noting("echo $WGAUDIT_SEQUENCE")), 7);
  EXPECT_THAT(skipped, ElementsAre(Loss{{}, {}, {}, "journal 2 to 6"}));
}

TEST_F(HooksTest, HearsOnlyOfWhatIsOnTheDisk) {
  append(change(1, Action::peer_online, "alice"));
  append(change(2, Action::peer_offline, "alice"));
  on_disk = 1;
  run(options(noting("echo $WGAUDIT_SEQUENCE")));
  EXPECT_EQ(output(), "1\n");
}

TEST_F(HooksTest, RunsForWhatIsOfNoInterfaceWhicheverIsWanted) {
  append(numbered_record(1));
  HookOptions wanted = options(noting("echo $PEER_EVENT"));
  wanted.interface = parse_interface_name("wg0");
  wanted.actions = {"evidence_lost"};
  run(std::move(wanted));
  EXPECT_EQ(output(), "EVIDENCE_LOST\n");
}

TEST_F(HooksTest, OnlyTheWantedInterfaceRunsIt) {
  append(change(1, Action::peer_online, "alice"));
  HookOptions other = options(noting("echo ran"));
  other.interface = parse_interface_name("wg1");
  run(std::move(other));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "output"));
}

}  // namespace
}  // namespace wgaudit::hooks_test
