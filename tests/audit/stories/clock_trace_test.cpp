// Recordings of a real kernel, as they would have been if the wall clock had been set before every
// tenth dump: the same is concluded.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "audit/story.hpp"
#include "support/trace.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit::clock_trace_test {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

/// How far the wall clock is ahead of the recording's, by the time of the recording.
using Ahead = std::function<seconds(std::int64_t time)>;

/// The dump as the kernel would have shown it: handshakes are noted by the wall clock.
Dump shifted(Dump dump, const Ahead& ahead) {
  for (DumpInterface& interface : dump) {
    for (DumpPeer& peer : interface.peers) {
      const auto since_epoch = peer.latest_handshake.time_since_epoch();
      if (since_epoch.count() == 0) continue;
      peer.latest_handshake += ahead(microseconds(since_epoch + seconds(1)).count());
    }
  }
  return dump;
}

std::string told(const Record& record, std::int64_t time) {
  const Session* const session = record.session();
  const auto* const end = record.as<SessionEndBody>();
  const PeerFacts* const peer = record.peer();
  const auto lasted =
      end != nullptr ? std::chrono::round<seconds>(end->ended.duration) : seconds(0);
  return fmt::format("{} {} {} {} {} handshakes {} after {} s", time / 1'000'000,
                     to_text(record.action), record.reason,
                     record.witness ? to_text(*record.witness) : "",
                     peer != nullptr && peer->public_key ? to_text(*peer->public_key) : "",
                     session != nullptr ? session->handshakes : 0, lasted.count());
}

/// Transitions, sessions and attempts, each with the second in which it was told.
std::vector<std::string> play(const RecordedTrace& trace, const Ahead& ahead) {
  const auto now = [&](std::int64_t time) {
    return Instant{SteadyTime(microseconds(time)), UtcTime(microseconds(time)) + ahead(time)};
  };
  std::vector<std::string> all;
  Auditor auditor({}, shipped_classifier(), now(trace.dumps.front().t0_us));
  Records records;
  const auto take = [&](std::int64_t time) {
    auditor.on_time(now(time), records);
    for (const Record& record : records) {
      const bool is_journal =
          record.stream() == Stream::journal && record.as<InterfaceSettings>() == nullptr;
      const bool is_identity =
          record.is(Action::peer_identified) || record.is(Action::identity_contradicted);
      if (is_journal && !is_identity && !record.is(Action::clock_stepped) &&
          !record.is(Action::checkpoint)) {
        all.push_back(told(record, time));
      }
    }
    records.clear();
  };
  auto datagram = trace.datagrams.begin();
  for (const RecordedDump& dump : trace.dumps) {
    for (; datagram != trace.datagrams.end() && datagram->t_us <= dump.t_us; ++datagram) {
      auditor.on_datagram(datagram->data, now(datagram->t_us), records);
      take(datagram->t_us);
    }
    const auto parsed = parse_dump(dump.dump);
    if (dump.rc != 0 || !parsed) continue;
    auditor.on_dump(shifted(*parsed, ahead), {}, {now(dump.t0_us), now(dump.t_us)}, records);
    take(dump.t_us);
  }
  return all;
}

TEST(ClockTrace, AStepBeforeEveryTenthDumpOfARecordingChangesNothingButTimes) {
  for (const char* const name : {"basic", "roaming", "peers", "retransmit", "wrongkey", "netns"}) {
    const RecordedTrace trace = load_trace(name);
    const auto want = play(trace, [](std::int64_t) { return seconds(0); });
    EXPECT_FALSE(want.empty());
    for (const int step : {3600, -3600, 365 * 86400, -365 * 86400}) {
      // There and back again, and so on, half a second before each tenth dump.
      std::vector<std::int64_t> steps;
      for (std::size_t i = 10; i < trace.dumps.size(); i += 10) {
        steps.push_back(trace.dumps[i].t0_us - 500'000);
      }
      const auto ahead = [&](std::int64_t time) {
        const auto passed = std::upper_bound(steps.begin(), steps.end(), time) - steps.begin();
        return seconds(passed % 2 == 0 ? 0 : step);
      };
      EXPECT_EQ(play(trace, ahead), want) << name << " by " << step << " s";
    }
  }
}

}  // namespace
}  // namespace wgaudit::clock_trace_test
