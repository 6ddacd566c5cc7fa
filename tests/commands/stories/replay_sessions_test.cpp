// The accounts of sessions, as replay records them, against the recordings themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "commands/replayed.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::replay_sessions_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ReplaySessions, TheEndedSessionsOfTheBasicTraceAreExact) {
  std::size_t ended = 0;
  for (const Record& record : records_of(replayed("basic"))) {
    if (!record.is(Action::session_ended)) continue;
    SCOPED_TRACE(record.message);
    ++ended;
    const auto rows = rows_of("basic", peer_of(record).second);
    const auto& [session, end, lasted] = record.as<SessionEndBody>()->ended;
    const RecordedRow& last = rows.back();
    EXPECT_TRUE(session.complete);
    EXPECT_EQ(session.began, utc_of(last.handshake * 1'000'000)) << "there was one handshake";
    EXPECT_EQ(session.handshakes, 1U);
    EXPECT_EQ(end, session.began + seconds(180));
    EXPECT_EQ(lasted, seconds(180));
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

// wg0 is destroyed and created within a second, renamed there and back, and created anew once more
// behind the reload of the module.
TEST(ReplaySessions, ThePeersTraceTellsOfItsInterfacesWhatHappenedToThem) {
  std::vector<std::string> told;
  for (const Record& record : records_of(replayed("peers"))) {
    if (record.is(Action::config_changed) && record.reason == "interface") {
      told.push_back(record.message.substr(std::string_view("CONFIG ").size()));
    }
  }
  EXPECT_THAT(told, testing::ElementsAre("wg0: interface added", "wg1: interface added",
                                         "wg0: interface removed", "wg0: interface added",
                                         "wgren: interface wg0 → wgren",
                                         "wg0: interface wgren → wg0", "wg0: interface removed",
                                         "wg1: interface removed", "wg0: interface added",
                                         "wg0: interface removed", "wg0: interface added"));
}

class SessionsOfEveryTrace : public testing::TestWithParam<const char*> {};

/// One session id joins what belongs together, and no session is without its end.
TEST_P(SessionsOfEveryTrace, JoinsTheRecordsOfASessionByItsId) {
  std::map<std::string, std::string> open;  // Whose each is; the interface can be renamed.
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (record.stream() == Stream::events || record.session_id.empty()) continue;
    SCOPED_TRACE(record.message);
    const std::string key = peer_of(record).second;
    if (record.is(Action::peer_online)) {
      EXPECT_TRUE(open.emplace(record.session_id, key).second);
    } else {
      EXPECT_EQ(open[record.session_id], key);
    }
    if (record.is(Action::session_ended)) open.erase(record.session_id);
    EXPECT_TRUE(record.witness);
  }
}

TEST_P(SessionsOfEveryTrace, AccountsForNoMoreThanTheKernelCounted) {
  for (const Record& record : records_of(replayed(GetParam()))) {
    if (!record.is(Action::session_ended)) continue;
    SCOPED_TRACE(record.message);
    std::uint64_t counted = 0;  // of all objects that had the key
    std::uint64_t before = 0;
    for (const RecordedRow& row : rows_of(GetParam(), peer_of(record).second)) {
      counted += row.rx >= before ? row.rx - before : row.rx;
      before = row.rx;
    }
    EXPECT_LE(record.session()->rx_bytes, counted);
    EXPECT_GE(record.as<SessionEndBody>()->ended.duration, seconds(0));
    EXPECT_GE(record.session()->handshakes, 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(Replay, SessionsOfEveryTrace, testing::ValuesIn(recorded_trace_names),
                         [](const auto& trace) {
                           std::string name = trace.param;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

/// The trace, and behind it its last dump again for as long as a session needs to time out.
std::vector<Record> replayed_to_the_end(const std::string& trace) {
  const TemporaryFolder folder;
  const std::filesystem::path whole = trace_folder(trace);
  std::filesystem::copy(whole / "datagrams.jsonl", folder.path() / "datagrams.jsonl");
  auto dumps = read_json_lines(whole / "dumps.jsonl");
  for (int second = 1; second <= 190; ++second) {
    auto dump = dumps.back();
    for (const char* const time : {"t0_us", "t_us"}) {
      dump[time] = dump[time].get<std::int64_t>() + 1'000'000;
    }
    dumps.push_back(dump);
  }
  std::ofstream file(folder.path() / "dumps.jsonl");
  for (const auto& dump : dumps) file << dump.dump() << '\n';
  file.close();
  std::vector<std::string> lines;
  replay(folder.path(), {}, shipped_classifier(),
         [&](const std::string& line) { lines.push_back(line); });
  return records_of(lines);
}

/// When lines `text` of the peer were received, read here without the parser.
std::vector<UtcTime> lines_of(const std::string& trace, const PeerOf& peer,
                              const std::string& text) {
  std::vector<UtcTime> times;
  const auto truths = truth_of(trace);
  for (const auto& truth : truths.at("peers")) {
    if (truth.at("interface") != peer.first || truth.at("public_key") != peer.second) continue;
    const std::string wanted = fmt::format("wireguard: {}: {} peer {} (", peer.first, text,
                                           truth.at("id").get<std::uint64_t>());
    for (const auto& datagram : read_datagrams(trace_folder(trace) + "/datagrams.jsonl")) {
      if (datagram.data.find(wanted) != std::string::npos) times.push_back(utc_of(datagram.t_us));
    }
  }
  return times;
}

/// The last of `times` that lies between the two, both included.
std::optional<UtcTime> last_between(const std::vector<UtcTime>& times, UtcTime from, UtcTime to) {
  std::optional<UtcTime> last;
  for (const UtcTime time : times) {
    if (time >= from && time <= to && (!last || time > *last)) last = time;
  }
  return last;
}

/// Who sent the initiation that was last printed before the session's first handshake was
/// confirmed.
std::optional<Initiator> true_initiator(const std::string& trace, const Record& ended) {
  const UtcTime began = ended.session()->began;
  const auto heard =
      last_between(lines_of(trace, peer_of(ended), "Receiving handshake initiation from"),
                   began - seconds(5), began + milliseconds(1500));
  const auto sent = last_between(lines_of(trace, peer_of(ended), "Sending handshake initiation to"),
                                 began - seconds(5), began + milliseconds(1500));
  if (!heard && !sent) return std::nullopt;
  return !sent || (heard && *heard > *sent) ? Initiator::peer : Initiator::gateway;
}

/// What the kernel counted from the last dump before the session to the one that ended it.
std::pair<std::uint64_t, std::uint64_t> true_bytes(const std::string& trace, const Record& ended) {
  const auto rows = rows_of(trace, peer_of(ended).second);
  const auto before = std::find_if(rows.rbegin(), rows.rend(), [&](const RecordedRow& row) {
    return utc_of(row.finished) < ended.session()->began;
  });
  const auto last = std::find_if(rows.rbegin(), rows.rend(), [&](const RecordedRow& row) {
    return utc_of(row.finished) <= ended.created;
  });
  if (before == rows.rend()) return {last->rx, last->tx};
  return {last->rx - before->rx, last->tx - before->tx};
}

class SessionFacts : public testing::TestWithParam<const char*> {};

TEST_P(SessionFacts, AreThoseOfTheRecording) {
  const std::string trace = GetParam();
  const auto records = replayed_to_the_end(trace);
  const auto handshakes = true_handshakes(trace);
  std::map<PeerOf, std::uint64_t> counted;
  for (const Record& record : records) {
    if (!record.is(Action::session_ended)) continue;
    SCOPED_TRACE(record.message);
    const auto& [session, end, lasted] = record.as<SessionEndBody>()->ended;
    counted[peer_of(record)] += session.handshakes;
    const auto& known = handshakes.at(peer_of(record));
    EXPECT_EQ(session.handshakes, std::count_if(known.begin(), known.end(), [&](UtcTime handshake) {
                return handshake >= session.began && handshake < end;
              }));
    EXPECT_EQ(session.initiator, true_initiator(trace, record));
    EXPECT_EQ(session.keepalive,
              last_between(lines_of(trace, peer_of(record), "Receiving keepalive packet from"),
                           session.began, end));
    EXPECT_EQ(std::pair(session.rx_bytes, session.tx_bytes), true_bytes(trace, record));
  }
  for (const auto& [peer, known] : handshakes) {
    EXPECT_EQ(counted[peer], known.size()) << peer.second << ": every handshake is of a session";
  }
}

INSTANTIATE_TEST_SUITE_P(Replay, SessionFacts,
                         testing::Values("basic", "roaming", "retransmit", "badpackets",
                                         "wrongkey"));

}  // namespace
}  // namespace wgaudit::replay_sessions_test
