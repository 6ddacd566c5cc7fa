#include "shell/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "audit/story.hpp"
#include "support/temporary_folder.hpp"
#include "support/trace.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// An interface and a public key.
using PeerOf = std::pair<std::string, std::string>;

std::vector<std::string> replayed(const std::string& trace) {
  std::vector<std::string> lines;
  replay(trace_folder(trace), {}, shipped_classifier(),
         [&](const std::string& line) { lines.push_back(line); });
  return lines;
}

std::vector<Record> records_of(const std::vector<std::string>& lines) {
  std::vector<Record> records;
  for (const auto& line : lines) records.push_back(*parse_record(line));
  return records;
}

PeerOf peer_of(const Record& record) {
  return {std::string(record.interface.view()), to_text(*record.peer->public_key)};
}

/// When each peer's handshakes were completed, by the recording's own watcher.
std::map<PeerOf, std::vector<UtcTime>> true_handshakes(const std::string& trace) {
  std::map<PeerOf, std::vector<UtcTime>> handshakes;
  const auto truth = nlohmann::json::parse(read_file(trace_folder(trace) + "/truth.json"));
  for (const auto& handshake : truth.at("handshakes")) {
    handshakes[{handshake.at("interface"), handshake.at("public_key")}].push_back(
        UtcTime(std::chrono::microseconds(handshake.at("t_us").get<std::int64_t>())));
  }
  return handshakes;
}

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
    return record.stream() == Stream::events && kinds.count(record.line->kind) != 0 &&
           record.interface.view() == interface && record.endpoint == endpoint &&
           record.created >= handshake - seconds(1) && record.created <= handshake + seconds(1);
  });
}

class EveryTrace : public testing::TestWithParam<const char*> {};

TEST_P(EveryTrace, GivesTheSameRecordsTwiceInARow) {
  const auto lines = replayed(GetParam());
  EXPECT_FALSE(lines.empty());
  EXPECT_EQ(replayed(GetParam()), lines);
}

TEST_P(EveryTrace, HasNoUnknownMessage) {
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (record.stream() == Stream::events) {
      EXPECT_NE(record.line->kind, EventKind::unknown_message) << record.message;
    }
  }
}

TEST_P(EveryTrace, ShowsTheFirstHandshakeOfEachPeerAsOnePromptOnline) {
  const auto records = records_of(replayed(GetParam()));
  for (const auto& [peer, handshakes] : true_handshakes(GetParam())) {
    SCOPED_TRACE(peer.first + " " + peer.second);
    const auto onlines = of_peer(records, peer, Action::peer_online);
    ASSERT_FALSE(onlines.empty());
    const Record& first = *onlines.front();
    // latest-handshake is cut to the second.
    EXPECT_GE(*first.timestamp, std::chrono::floor<seconds>(handshakes.front()));
    EXPECT_LE(*first.timestamp - std::chrono::floor<seconds>(handshakes.front()), seconds(1));
    const bool printed =
        lines_came_through(records, handshakes.front(), peer.first, *first.endpoint);
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

/// A row of a recorded dump, read here again without the parser.
struct RecordedRow {
  std::int64_t started;
  std::int64_t finished;
  std::int64_t handshake;
  std::uint64_t rx;
  std::uint64_t tx;
};

std::vector<RecordedRow> rows_of(const std::string& trace, const std::string& key) {
  std::vector<RecordedRow> rows;
  for (const auto& recorded : read_dumps(trace_folder(trace) + "/dumps.jsonl")) {
    std::istringstream lines(recorded.dump);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line);
      std::vector<std::string> field;
      for (std::string text; std::getline(fields, text, '\t');) field.push_back(text);
      if (field.size() != 9 || field[1] != key) continue;
      rows.push_back({recorded.t0_us, recorded.t_us, std::stoll(field[5]), std::stoull(field[6]),
                      std::stoull(field[7])});
    }
  }
  return rows;
}

UtcTime utc_of(std::int64_t microseconds) {
  return UtcTime(std::chrono::microseconds(microseconds));
}

TEST(Replay, TheEndedSessionsOfTheBasicTraceAreExact) {
  std::size_t ended = 0;
  for (const Record& record : records_of(replayed("basic"))) {
    if (!record.is(Action::session_ended)) continue;
    SCOPED_TRACE(record.message);
    ++ended;
    const auto rows = rows_of("basic", peer_of(record).second);
    const Session& session = *record.accounts;
    const RecordedRow& last = rows.back();
    EXPECT_TRUE(session.complete);
    EXPECT_EQ(session.began, utc_of(last.handshake * 1'000'000)) << "there was one handshake";
    EXPECT_EQ(session.handshakes, 1U);
    EXPECT_EQ(record.ended, session.began + seconds(180));
    EXPECT_EQ(record.duration, seconds(180));
    EXPECT_EQ(session.rx_bytes, last.rx);
    EXPECT_EQ(session.tx_bytes, last.tx);
    EXPECT_EQ(session.endpoints.size(), 1U);
    const auto silent = std::find_if(rows.begin(), rows.end(),
                                     [&](const RecordedRow& row) { return row.rx == last.rx; });
    EXPECT_LE(session.last_activity.not_before, utc_of(silent->finished));
    EXPECT_GE(session.last_activity.not_after, utc_of(std::prev(silent)->started));
    EXPECT_LE(session.last_activity.not_after - session.last_activity.not_before, seconds(31));
  }
  EXPECT_EQ(ended, 2U);
}

/// One session id joins what belongs together, and no session is without its end.
TEST_P(EveryTrace, JoinsTheRecordsOfASessionByItsId) {
  std::map<PeerOf, std::string> open;
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (record.stream() == Stream::events || record.session.empty()) continue;
    SCOPED_TRACE(record.message);
    std::string& session = open[peer_of(record)];
    if (record.is(Action::peer_online)) {
      EXPECT_EQ(std::exchange(session, record.session), "");
    } else {
      EXPECT_EQ(record.session, session);
    }
    if (record.is(Action::session_ended)) session.clear();
    EXPECT_TRUE(record.witness);
  }
}

TEST_P(EveryTrace, AccountsForNoMoreThanTheKernelCounted) {
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (!record.is(Action::session_ended)) continue;
    SCOPED_TRACE(record.message);
    std::uint64_t counted = 0;  // of all objects that had the key
    std::uint64_t before = 0;
    for (const RecordedRow& row : rows_of(GetParam(), peer_of(record).second)) {
      counted += row.rx >= before ? row.rx - before : row.rx;
      before = row.rx;
    }
    EXPECT_LE(record.accounts->rx_bytes, counted);
    EXPECT_GE(*record.duration, seconds(0));
    EXPECT_GE(record.accounts->handshakes, 1U);
  }
}

std::vector<std::string> messages_of(const std::string& trace, Action action) {
  std::vector<std::string> messages;
  for (const Record& record : records_of(replayed(trace))) {
    if (record.is(action)) messages.push_back(record.message);
  }
  return messages;
}

TEST(Replay, TheWrongPresharedKeyOfWrongkeyIsAnAttemptUntilItIsMended) {
  EXPECT_THAT(messages_of("wrongkey", Action::attempt),
              testing::IsSupersetOf({
                  "ATTEMPT wg0 10.1.0.2:40001: initiation invalid",
                  "ATTEMPT wg0 10.1.0.2:40002: mac invalid",
                  "ATTEMPT wg0 dTgaQ/v1 10.1.0.2:40003: unconfirmed",
              }));
  for (const Record& record : records_of(replayed("wrongkey"))) {
    if (record.is(Action::attempt) && record.reason == "unconfirmed") {
      EXPECT_EQ(record.witness, Witness::both);
      EXPECT_LE(record.created - record.attempts->first, seconds(17));
    }
  }
}

TEST(Replay, WhereEveryHandshakeWasConfirmedThereIsNoAttempt) {
  for (const char* trace : {"basic", "roaming", "load-nolimit", "netns", "rsyslog"}) {
    EXPECT_THAT(messages_of(trace, Action::attempt), testing::IsEmpty()) << trace;
  }
}

TEST(Replay, TheDeadPeersOfRetransmitAreAttemptsWithTheirCause) {
  const auto attempts = messages_of("retransmit", Action::attempt);
  for (const char* cause :
       {": peer silent", ": unanswered", ": handshake abandoned after 20 tries"}) {
    EXPECT_THAT(attempts, testing::Contains(testing::HasSubstr(cause)));
  }
  EXPECT_LE(attempts.size(), 12U) << "four minutes of retries are folded";
}

TEST(Replay, TheUnreachablePeersOfBadpacketsAreAttempts) {
  const auto attempts = messages_of("badpackets", Action::attempt);
  EXPECT_THAT(attempts,
              testing::Contains(testing::HasSubstr("203.0.113.5:51820: no route, error")));
  EXPECT_THAT(attempts, testing::Contains(testing::HasSubstr("endpoint missing")));
}

TEST(Replay, ThePeersTraceIsAnAuditTrailOfItsConfiguration) {
  EXPECT_THAT(messages_of("peers", Action::config_changed),
              testing::IsSupersetOf({
                  "CONFIG wg0 91FMN6ST: peer removed",
                  "CONFIG wg0 91FMN6ST: peer added",
                  "CONFIG wg0 zmhkR2A8: allowed ips 10.200.0.11/32 → 10.200.0.11/32,10.200.0.21/32",
                  "CONFIG wg0 a/tfUC+D: created anew with the same key",
                  "CONFIG wg0: interface key ypP+XFeFsUcWxlri9x7QzSy9LDgD4FXKargMmKcKylQ= → "
                  "zmhkR2A8KpZNXEZazqojb8JFsWxIAumv61i7au6kxyg=",
                  "CONFIG wg0: interface removed",
                  "CONFIG wg0: interface added",
              }));
}

TEST(Replay, TheRoamsOfRoamingAreTheEndpointsOfTheSessionInOrder) {
  std::optional<Session> roamed;
  for (const Record& record : records_of(replayed("roaming"))) {
    const bool is_c1 = record.peer && record.peer->public_key &&
                       to_text(*record.peer->public_key).starts_with("zgh74sET");
    if (record.is(Action::peer_roamed) && is_c1) roamed = record.accounts;
  }
  ASSERT_TRUE(roamed);
  std::vector<std::string> endpoints;
  for (const EndpointUse& use : roamed->endpoints) endpoints.push_back(to_text(use.endpoint));
  EXPECT_THAT(endpoints,
              testing::ElementsAre("10.1.0.2:40001", "10.1.0.2:41001", "10.1.0.77:41001",
                                   "[fd00:1::2]:41001", "10.1.0.77:41001", "10.1.0.77:42001"));
}

TEST(Replay, EveryMessageThatTheKernelSuppressedIsInTheJournalInTheEnd) {
  std::uint64_t noticed = 0;
  std::uint64_t recorded = 0;
  for (const Record& record : records_of(replayed("load"))) {
    if (record.line && record.line->kind == EventKind::messages_suppressed) {
      noticed += *record.line->count;
    }
    if (record.is(Action::evidence_lost) && record.reason == "net_ratelimit") {
      recorded += *record.loss->count;
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
}  // namespace wgaudit
