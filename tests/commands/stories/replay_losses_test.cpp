// What the recordings lost, as replay records it and as their own truth tells.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "commands/replayed.hpp"

namespace wgaudit::replay_losses_test {
namespace {

using std::chrono::seconds;
using testing::SizeIs;

std::vector<Record> replayed_every_second(const std::string& trace) {
  std::vector<std::string> lines;
  AuditorOptions options;
  options.interval = seconds(1);
  replay(trace_folder(trace), options, shipped_classifier(),
         [&](const std::string& line) { lines.push_back(line); });
  return records_of(lines);
}

std::vector<Loss> losses(const std::vector<Record>& records, std::string_view reason) {
  std::vector<Loss> found;
  for (const Record& record : records) {
    if (record.reason == reason) found.push_back(*record.as<Loss>());
  }
  return found;
}

std::uint64_t sum_of(const std::vector<Loss>& losses) {
  std::uint64_t sum = 0;
  for (const Loss& loss : losses) sum += loss.count.value_or(0);
  return sum;
}

/// When the recording's scenario did something: the first `event` with, if it names one, this case.
UtcTime told(const std::string& trace, const std::string& event, const std::string& number = "") {
  const auto truth = truth_of(trace);
  for (const auto& step : truth.at("story")) {
    if (step.at("event") != event || step.value("n", "") != number) continue;
    return utc_of(step.at("t_us").get<std::int64_t>());
  }
  ADD_FAILURE() << "the truth of " << trace << " has no " << event;
  return {};
}

/// A WireGuard line of a recording, read here without the parser.
struct RecordedLine {
  UtcTime received;
  std::chrono::duration<double> stamp;
  std::string text;
};

std::vector<RecordedLine> lines_of(const std::string& trace) {
  static const std::regex form(R"(kernel: \[ *([0-9.]+)\] (wireguard: .*))");
  std::vector<RecordedLine> lines;
  for (const auto& datagram : read_datagrams(trace_folder(trace) + "/datagrams.jsonl")) {
    std::smatch match;
    if (!std::regex_search(datagram.data, match, form)) continue;
    lines.push_back(
        {utc_of(datagram.t_us), std::chrono::duration<double>(std::stod(match[1])), match[2]});
  }
  return lines;
}

TEST(ReplayLosses, TheLinesThatRsyslogHeldBackAreThoseOfItsOutage) {
  const UtcTime stopped = told("rsyslog", "case", "2");
  const UtcTime started = told("rsyslog", "rsyslogd-start");
  const auto lines = lines_of("rsyslog");
  // The quickest line tells how printk's clock and ours stand to each other.
  std::chrono::duration<double> ahead = std::chrono::hours(1000000);
  for (const auto& line : lines) {
    ahead = std::min<std::chrono::duration<double>>(ahead,
                                                    line.received.time_since_epoch() - line.stamp);
  }
  std::uint64_t held_back = 0;
  std::optional<UtcTime> first;
  UtcTime last;
  for (const auto& line : lines) {
    const UtcTime printed(std::chrono::round<std::chrono::microseconds>(line.stamp + ahead));
    if (printed <= stopped || printed >= started) continue;
    ++held_back;
    first = first.value_or(printed);
    last = line.received;
  }
  const auto late = losses(records_of(replayed("rsyslog")), "lines_late");
  ASSERT_THAT(late, SizeIs(1));
  EXPECT_EQ(late[0].count, held_back);
  EXPECT_LE(std::chrono::abs(*late[0].from - *first), std::chrono::milliseconds(10));
  EXPECT_EQ(late[0].to, last);
  EXPECT_GE(*late[0].from, stopped);
  EXPECT_LE(*late[0].to - started, seconds(1));
}

TEST(ReplayLosses, ThePeersThatWereCreatedWhileNobodyReceivedAreThoseThatNoLineNames) {
  std::uint64_t highest = 0;
  std::uint64_t created = 0;
  for (const auto& line : lines_of("rsyslog")) {
    std::smatch match;
    if (!std::regex_search(line.text, match, std::regex("Peer ([0-9]+) created"))) continue;
    highest = std::max<std::uint64_t>(highest, std::stoull(match[1]));
    ++created;
  }
  const auto missing = losses(records_of(replayed("rsyslog")), "lines_missing");
  ASSERT_THAT(missing, SizeIs(1));
  EXPECT_EQ(missing[0].count, highest - created);
  EXPECT_EQ(missing[0].detail, "Peer 19 to 26 created");
  const UtcTime stopped = told("rsyslog", "case", "3");
  const UtcTime started = told("rsyslog", "sink-start");
  EXPECT_LE(*missing[0].from, stopped);
  EXPECT_GE(*missing[0].from, stopped - seconds(1));
  EXPECT_GE(*missing[0].to, started);
  EXPECT_LE(*missing[0].to, started + seconds(1));
}

/// How often a completed handshake of ours was printed, by the lines themselves.
std::uint64_t printed_handshakes(const std::string& trace) {
  const auto lines = lines_of(trace);
  return static_cast<std::uint64_t>(std::count_if(lines.begin(), lines.end(), [](const auto& line) {
    return line.text.find("wireguard: wg0: Sending handshake response") == 0;
  }));
}

TEST(ReplayLosses, UnderTheKernelsLimitNearlyAllHandshakesOfALoadAreNotPrinted) {
  const auto records = replayed_every_second("load");
  const std::uint64_t proven = truth_of("load").at("handshakes").size();
  ASSERT_EQ(proven, 301U);
  const auto unprinted = losses(records, "handshake_not_printed");
  const Record& checkpoint =
      *std::find_if(records.begin(), records.end(),
                    [](const Record& record) { return record.is(Action::checkpoint); });
  EXPECT_EQ(checkpoint.as<CompletenessFacts>()->handshakes,
            (HandshakeCounts{proven, printed_handshakes("load")}));
  EXPECT_EQ(sum_of(unprinted), proven - printed_handshakes("load"));
  EXPECT_LE(unprinted.size(), 5U) << "folded";
  std::vector<UtcTime> handshakes;
  for (const auto& [peer, times] : true_handshakes("load")) {
    handshakes.insert(handshakes.end(), times.begin(), times.end());
  }
  const auto [first, last] = std::minmax_element(handshakes.begin(), handshakes.end());
  EXPECT_GE(*unprinted.front().from, std::chrono::floor<seconds>(*first));
  EXPECT_EQ(*unprinted.back().to, std::chrono::floor<seconds>(*last) + seconds(1));
  for (std::size_t i = 0; i < unprinted.size(); ++i) {
    const auto within = std::count_if(handshakes.begin(), handshakes.end(), [&](UtcTime time) {
      return time >= *unprinted[i].from && time <= *unprinted[i].to;
    });
    EXPECT_LE(*unprinted[i].count, static_cast<std::uint64_t>(within)) << "record " << i;
  }
}

TEST(ReplayLosses, TheKernelsOwnNoticesOfTheLoadAddUp) {
  std::uint64_t suppressed = 0;
  for (const auto& datagram : read_datagrams(trace_folder("load") + "/datagrams.jsonl")) {
    std::smatch match;
    if (std::regex_search(datagram.data, match, std::regex("net_ratelimit: ([0-9]+) callbacks"))) {
      suppressed += std::stoull(match[1]);
    }
  }
  EXPECT_GT(suppressed, 200000U);
  EXPECT_EQ(sum_of(losses(records_of(replayed("load")), "net_ratelimit")), suppressed);
}

// Each of the others was recorded with all its lines.
TEST(ReplayLosses, WhereNothingWasLostNothingIsSaidToBe) {
  for (const std::string trace : recorded_trace_names) {
    if (trace == "rsyslog" || trace == "load") continue;
    SCOPED_TRACE(trace);
    const auto records = records_of(replayed(trace));
    for (const char* reason :
         {"handshake_not_printed", "lines_late", "lines_out_of_order", "lines_missing"}) {
      EXPECT_THAT(losses(records, reason), testing::IsEmpty()) << reason;
    }
  }
}

}  // namespace
}  // namespace wgaudit::replay_losses_test
