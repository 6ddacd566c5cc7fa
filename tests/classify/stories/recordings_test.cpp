#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "support/read_file.hpp"
#include "support/trace.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/classify/classifier.hpp"
#include "wgaudit/syslog/frame.hpp"
#include "wgaudit/syslog/kernel_line.hpp"

namespace wgaudit::recordings_test {
namespace {

const Classifier& shipped() {
  static const Classifier classifier(parse_patterns(
      read_file(WGAUDIT_SOURCE "/patterns/wireguard.patterns"), "shipped", wireguard_vocabulary()));
  return classifier;
}

/// A line to classify that owns its text.
struct Line {
  std::string program = "kernel";
  std::optional<std::uint8_t> severity;
  std::string text;

  LineView view() const { return {program, severity, text}; }
  auto operator<=>(const Line&) const = default;
};

/// The line in a datagram of the kernel's or of another program.
std::optional<Line> line_in(std::string_view datagram) {
  const auto frame = parse_frame(datagram);
  if (!frame) return std::nullopt;
  const auto line = kernel_line(*frame);
  if (line) return Line{"kernel", line->severity, std::string(line->text)};
  return Line{std::string(frame->program), frame->priority->severity, std::string(frame->message)};
}

/// The three files of `roaming` are one recording in the three templates of rsyslog.
std::vector<std::string> datagram_files(const std::string& trace) {
  if (trace != "roaming") return {"datagrams.jsonl"};
  return {"datagrams.jsonl", "datagrams-forwardformat.jsonl", "datagrams-protocol23.jsonl"};
}

using Counts = std::map<std::string, std::size_t>;

/// Lines of each kind by `trace/file kind`; the numbers were counted without this program.
Counts expected_counts() {
  const std::string text = read_file(WGAUDIT_TEST_DATA "/traces/expected.tsv");
  std::string_view rest = text;
  EXPECT_EQ(take_until(rest, '\n'), "trace\tfile\tkind\tlines");
  Counts counts;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    std::string key(take_until(line, '\t'));
    key.append("/").append(take_until(line, '\t'));
    key.append(" ").append(take_until(line, '\t'));
    counts[key] = parse_number<std::size_t>(line).value();
  }
  return counts;
}

TEST(Recordings, HaveEveryLineOfWireGuardClassified) {
  Counts counts;
  for (const std::string trace : recorded_trace_names) {
    for (const auto& file : datagram_files(trace)) {
      for (const auto& datagram : read_datagrams(trace_folder(trace) + "/" + file)) {
        const auto line = line_in(datagram.data);
        ASSERT_TRUE(line) << datagram.data;
        const auto event = shipped().classify(line->view());
        if (datagram.data.find("wireguard: ") != std::string::npos) {
          ASSERT_TRUE(event) << datagram.data;
          ASSERT_NE(event->kind, EventKind::unknown_message) << datagram.data;
        }
        if (event) ++counts[trace + "/" + file + " " + std::string(to_text(event->kind))];
      }
    }
  }
  EXPECT_EQ(counts, expected_counts());
}

/// Reads the kernel's own records from copies of /dev/kmsg: `PRI,sequence,microseconds,flags;text`.
std::vector<Line> kmsg_lines() {
  std::vector<Line> lines;
  for (const auto* file : {"/kmsg/6.1.192-debian12.kmsg", "/kmsg/6.1.192-extra.kmsg"}) {
    const std::string text = read_file(std::string(WGAUDIT_TEST_DATA) + file);
    for (std::string_view rest = text; !rest.empty();) {
      std::string_view record = take_until(rest, '\n');
      const auto priority = parse_number<std::uint8_t>(record.substr(0, record.find(',')));
      if (!priority || *priority > 7) continue;
      take_until(record, ';');
      lines.push_back({"kernel", priority, from_printable(record)});
    }
  }
  return lines;
}

/// Every set of dynamic-debug flags, and interfaces called `wireguard`, `Peer`, `[1]`, `we\ird`.
TEST(KernelRecords, HaveEveryLineOfWireGuardClassified) {
  std::size_t lines = 0;
  for (const Line& line : kmsg_lines()) {
    if (line.text.find("wireguard: ") == std::string::npos) continue;
    ++lines;
    const auto event = shipped().classify(line.view());
    ASSERT_TRUE(event) << line.text;
    EXPECT_NE(event->kind, EventKind::unknown_message) << line.text;
    EXPECT_EQ(event->interface.empty(), event->kind == EventKind::module_loaded) << line.text;
  }
  EXPECT_EQ(lines, 711U);
}

auto all_fields(const KernelEvent& event) {
  const auto zone = event.endpoint ? event.endpoint->zone_view() : std::string_view{};
  return std::make_tuple(event.kind, event.interface, event.peer, event.keypair, event.endpoint,
                         std::string(zone), event.address, event.nonce, event.nonce_max,
                         event.count, event.attempt, event.seconds, event.error,
                         event.previous_interface, event.text);
}

bool both_ways_agree(const Line& line) {
  const auto fast = shipped().classify(line.view());
  const auto slow = shipped().classify_by_every_rule(line.view());
  if (!fast || !slow) return !fast && !slow;
  return all_fields(*fast) == all_fields(*slow);
}

/// Every distinct line of the recordings, the captured datagrams and the kernel's records.
const std::set<Line>& all_lines() {
  static const std::set<Line> lines = [] {
    std::set<Line> all;
    for (const std::string trace : recorded_trace_names) {
      for (const auto& file : datagram_files(trace)) {
        for (const auto& datagram : read_datagrams(trace_folder(trace) + "/" + file)) {
          if (auto line = line_in(datagram.data)) all.insert(std::move(*line));
        }
      }
    }
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(WGAUDIT_TEST_DATA "/datagrams")) {
      if (entry.path().extension() != ".bin") continue;
      if (auto line = line_in(read_file(entry.path().string()))) all.insert(std::move(*line));
    }
    for (auto& line : kmsg_lines()) all.insert(std::move(line));
    return all;
  }();
  return lines;
}

TEST(Classify, AgreesWithTryingEveryRuleOnAllThatWasCaptured) {
  EXPECT_GT(all_lines().size(), 2500U);
  for (const Line& line : all_lines()) EXPECT_TRUE(both_ways_agree(line)) << line.text;
}

/// Cuts a line, changes a byte of it or doubles one, once or twice.
Line damaged(Line line, std::mt19937& random) {
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (auto times = 1 + below(2); times > 0 && !line.text.empty(); --times) {
    const auto at = below(line.text.size());
    switch (below(3)) {
      case 0:
        line.text.resize(at);
        break;
      case 1:
        line.text[at] = static_cast<char>(below(256));
        break;
      default:
        line.text.insert(at, 1, line.text[at]);
    }
  }
  if (below(4) == 0) line.severity = static_cast<std::uint8_t>(below(8));
  if (below(8) == 0) line.severity.reset();
  return line;
}

TEST(Classify, AgreesWithTryingEveryRuleOnDamagedLines) {
  std::vector<Line> events;
  for (const Line& line : all_lines()) {
    if (line.text.size() < 1000 && shipped().classify(line.view())) events.push_back(line);
  }
  std::mt19937 random(20261121);
  std::size_t understood = 0;
  for (int i = 0; i < 40'000; ++i) {
    const Line line = damaged(events.at(random() % events.size()), random);
    ASSERT_TRUE(both_ways_agree(line)) << line.program << ": " << to_printable(line.text);
    const auto event = shipped().classify(line.view());
    if (event && event->kind != EventKind::unknown_message) ++understood;
  }
  EXPECT_GT(understood, 1000U);  // damage that is too heavy would test nothing
}

}  // namespace
}  // namespace wgaudit::recordings_test
