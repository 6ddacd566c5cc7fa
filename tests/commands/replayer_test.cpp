#include "commands/replayer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "commands/replayed.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::replayer_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The times of a peer's records of one kind.
std::vector<const Record*> of_peer(const std::vector<Record>& records, const PeerOf& peer,
                                   Action action) {
  std::vector<const Record*> found;
  for (const Record& record : records) {
    if (record.is(action) && peer_of(record) == peer) found.push_back(&record);
  }
  return found;
}

/// Whether a line that tells of a completed or beginning handshake came through within two seconds
/// of `handshake`.
bool lines_came_through(const std::vector<Record>& records, UtcTime handshake,
                        const std::string& interface, const Endpoint& endpoint) {
  static const std::set<EventKind> kinds = {
      EventKind::handshake_initiation_received, EventKind::handshake_response_sent,
      EventKind::handshake_response_received, EventKind::keepalive_received};
  return std::any_of(records.begin(), records.end(), [&](const Record& record) {
    const auto* const event = record.as<EventBody>();
    return event != nullptr && kinds.count(event->line.kind) != 0 &&
           record.interface.view() == interface && event->line.endpoint == endpoint &&
           record.created >= handshake - seconds(1) && record.created <= handshake + seconds(1);
  });
}

/// Whether its session began while the interface had another name.
bool came_online_elsewhere(const std::vector<Record>& records, const PeerOf& peer) {
  const auto ended = of_peer(records, peer, Action::session_ended);
  return !ended.empty() && !ended.front()->session()->began_on.empty();
}

class EveryTrace : public testing::TestWithParam<const char*> {};

TEST_P(EveryTrace, GivesTheSameRecordsTwiceInARow) {
  const auto lines = replayed(GetParam());
  EXPECT_FALSE(lines.empty());
  EXPECT_EQ(replayed(GetParam()), lines);
}

TEST_P(EveryTrace, HasNoUnknownMessage) {
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (const auto* const event = record.as<EventBody>()) {
      EXPECT_NE(event->line.kind, EventKind::unknown_message) << record.message;
    }
  }
}

TEST_P(EveryTrace, ShowsTheFirstHandshakeOfEachPeerAsOnePromptOnline) {
  const auto records = records_of(replayed(GetParam()));
  for (const auto& [peer, handshakes] : true_handshakes(GetParam())) {
    SCOPED_TRACE(peer.first + " " + peer.second);
    const auto onlines = of_peer(records, peer, Action::peer_online);
    if (onlines.empty() && came_online_elsewhere(records, peer)) continue;
    ASSERT_FALSE(onlines.empty());
    const Record& first = *onlines.front();
    // latest-handshake is cut to the second.
    EXPECT_GE(*first.timestamp, std::chrono::floor<seconds>(handshakes.front()));
    EXPECT_LE(*first.timestamp - std::chrono::floor<seconds>(handshakes.front()), seconds(1));
    const bool printed =
        lines_came_through(records, handshakes.front(), peer.first, *first.endpoint());
    EXPECT_LE(first.created - handshakes.front(), printed ? milliseconds(1500) : seconds(31));
  }
}

TEST_P(EveryTrace, HasNobodyOnlineWhomTheTruthDoesNotHave) {
  const auto handshakes = true_handshakes(GetParam());
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (record.is(Action::peer_online)) {
      EXPECT_EQ(handshakes.count(peer_of(record)), 1U) << record.message;
    }
  }
}

TEST_P(EveryTrace, HasNoFlapAndEndsSessionsAtTheThreshold) {
  const auto records = records_of(replayed(GetParam()));
  for (const auto& [peer, handshakes] : true_handshakes(GetParam())) {
    SCOPED_TRACE(peer.first + " " + peer.second);
    for (const Record* offline : of_peer(records, peer, Action::peer_offline)) {
      if (offline->reason != "timeout") continue;
      const UtcTime ended = *offline->timestamp;
      const auto last = std::find_if(handshakes.rbegin(), handshakes.rend(),
                                     [&](UtcTime handshake) { return handshake < ended; });
      ASSERT_NE(last, handshakes.rend());
      EXPECT_EQ(ended, std::chrono::floor<seconds>(*last) + seconds(180));
      EXPECT_LE(offline->created - ended, seconds(1));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Replay, EveryTrace, testing::ValuesIn(recorded_trace_names),
                         [](const auto& trace) {
                           std::string name = trace.param;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

TEST(Replay, TheBasicTraceHasThreeSessionsOfWhichTwoEnd) {
  std::vector<std::string> transitions;
  for (const Record& record : records_of(replayed("basic"))) {
    if (record.is(Action::peer_online) || record.is(Action::peer_offline)) {
      transitions.push_back(to_rfc3339(*record.timestamp).substr(11, 8) + " " + record.message);
    }
  }
  EXPECT_THAT(transitions, testing::ElementsAre("07:09:39 ONLINE wg0 vjik6YB/ from 10.1.0.2:36117",
                                                "07:09:57 ONLINE wg0 imCpX6y8 from 10.2.0.2:55428",
                                                "07:10:25 ONLINE wg0 9qOnSBw3 from 10.3.0.2:58352",
                                                "07:12:39 OFFLINE wg0 vjik6YB/ (timeout)",
                                                "07:13:25 OFFLINE wg0 9qOnSBw3 (timeout)"));
}

TEST(Replay, EveryMessageThatTheKernelSuppressedIsInTheJournalInTheEnd) {
  std::uint64_t noticed = 0;
  std::uint64_t recorded = 0;
  for (const Record& record : records_of(replayed("load"))) {
    const auto* const event = record.as<EventBody>();
    if (event != nullptr && event->line.kind == EventKind::messages_suppressed) {
      noticed += *event->line.count;
    }
    if (record.is(Action::evidence_lost) && record.reason == "net_ratelimit") {
      recorded += *record.as<Loss>()->count;
    }
  }
  EXPECT_EQ(recorded, noticed);
  EXPECT_GT(recorded, 200'000U);
}

TEST(Replay, WithoutLinesTheIntervalStillFindsEverySession) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "datagrams.jsonl");
  std::filesystem::copy(trace_folder("basic") + "/dumps.jsonl", folder.path() / "dumps.jsonl");
  std::vector<Record> online;
  replay(folder.path(), {}, shipped_classifier(), [&](const std::string& line) {
    const auto record = parse_record(line);
    if (record->is(Action::peer_online)) online.push_back(*record);
  });
  ASSERT_EQ(online.size(), 3U);
  for (const Record& record : online) {
    EXPECT_GT(record.created - *record.timestamp, milliseconds(1500)) << "no line, no promptness";
    EXPECT_LE(record.created - *record.timestamp, seconds(31));
  }
}

TEST(Replay, ADamagedTraceIsRefusedWithFileAndLine) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "dumps.jsonl");
  std::ofstream(folder.path() / "datagrams.jsonl") << "{\"t_us\":1,\"data\":\"x\"}\n{\"t_us\":2}\n";
  try {
    replay(folder.path(), {}, shipped_classifier(), [](const std::string&) {});
    FAIL() << "was accepted";
  } catch (const SetupError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("datagrams.jsonl:2: "));
    EXPECT_EQ(error.exit_code, 65);
  }
}

}  // namespace
}  // namespace wgaudit::replayer_test
