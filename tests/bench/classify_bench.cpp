#include <benchmark/benchmark.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "audit/story.hpp"
#include "bench/ratios.hpp"
#include "support/trace.hpp"
#include "wgaudit/syslog/frame.hpp"
#include "wgaudit/syslog/kernel_line.hpp"

namespace wgaudit {
namespace {

/// The WireGuard lines of a busy gateway, as rsyslog sent them.
const std::vector<std::string>& wireguard_datagrams() {
  static const std::vector<std::string> datagrams = [] {
    std::vector<std::string> lines;
    for (const auto& datagram : load_trace("load-nolimit").datagrams) {
      if (datagram.data.find(" wireguard: wg") != std::string::npos) lines.push_back(datagram.data);
    }
    return lines;
  }();
  return datagrams;
}

/// Firewall lines and the kernel's usual ones, one to four.
const std::vector<std::string>& other_datagrams() {
  static const std::vector<std::string> datagrams = [] {
    std::vector<std::string> lines;
    for (int i = 0; i < 1000; ++i) {
      const std::string head =
          fmt::format("<4>Nov 21 07:00:{:02} gw kernel: [12345.{:06}] ", i % 60, i);
      lines.push_back(i % 5 == 0
                          ? head + "usb 1-1: new high-speed USB device number 2 using xhci_hcd"
                          : head + fmt::format("[UFW BLOCK] IN=eth0 OUT= MAC=02:42:ac:11:00:02 "
                                               "SRC=198.51.100.{} DST=203.0.113.1 LEN=60 TOS=0x00 "
                                               "TTL=64 ID={} PROTO=TCP SPT=443 DPT=22 SYN",
                                               i % 256, i));
    }
    return lines;
  }();
  return datagrams;
}

template <typename Classify>
void run(benchmark::State& state, const std::vector<std::string>& datagrams, Classify classify) {
  std::size_t next = 0;
  for (auto _ : state) {
    const auto frame = parse_frame(datagrams[next]);
    const auto line = kernel_line(*frame);
    benchmark::DoNotOptimize(classify(LineView{"kernel", line->severity, line->text}));
    if (++next == datagrams.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

/// Without the datagram's frame, which both ways of classifying share.
template <typename Classify>
void run_classify_only(benchmark::State& state, Classify classify) {
  std::vector<LineView> lines;
  for (const std::string& datagram : wireguard_datagrams()) {
    const auto line = kernel_line(*parse_frame(datagram));
    lines.push_back({"kernel", line->severity, line->text});
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(classify(lines[next]));
    if (++next == lines.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

const auto by_dispatch = [](const LineView& line) { return shipped_classifier().classify(line); };
const auto by_every_rule = [](const LineView& line) {
  return shipped_classifier().classify_by_every_rule(line);
};

/// Searches the raw datagram with one expression after another, as a script would.
void run_naively(benchmark::State& state, const std::vector<std::string>& datagrams) {
  std::vector<std::unique_ptr<RE2>> expressions;
  const std::string file = std::string(WGAUDIT_SOURCE) + "/patterns/wireguard.patterns";
  for (const Rule& rule : parse_patterns(read_file(file), file, wireguard_vocabulary())) {
    const bool of_interface = rule.origin == "interface";
    expressions.push_back(std::make_unique<RE2>(
        (of_interface ? "kernel: .*wireguard: ([^ :]+): " : "kernel: .*") + rule.expression + "$"));
  }
  std::size_t next = 0;
  std::vector<re2::StringPiece> groups(6);
  for (auto _ : state) {
    const std::string& datagram = datagrams[next];
    for (const auto& expression : expressions) {
      const int count = std::min(expression->NumberOfCapturingGroups() + 1, 6);
      if (expression->Match(datagram, 0, datagram.size(), RE2::UNANCHORED, groups.data(), count)) {
        break;
      }
    }
    benchmark::DoNotOptimize(groups.data());
    if (++next == datagrams.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

void wireguard_lines(benchmark::State& state) {
  run(state, wireguard_datagrams(), by_dispatch);
}
void wireguard_lines_by_every_rule(benchmark::State& state) {
  run(state, wireguard_datagrams(), by_every_rule);
}
void classify_only(benchmark::State& state) {
  run_classify_only(state, by_dispatch);
}
void classify_only_by_every_rule(benchmark::State& state) {
  run_classify_only(state, by_every_rule);
}
void wireguard_lines_naively(benchmark::State& state) {
  run_naively(state, wireguard_datagrams());
}
void other_lines(benchmark::State& state) {
  run(state, other_datagrams(), by_dispatch);
}
void other_lines_naively(benchmark::State& state) {
  run_naively(state, other_datagrams());
}

BENCHMARK(wireguard_lines);
BENCHMARK(wireguard_lines_by_every_rule);
BENCHMARK(wireguard_lines_naively);
BENCHMARK(classify_only);
BENCHMARK(classify_only_by_every_rule);
BENCHMARK(other_lines);
BENCHMARK(other_lines_naively);

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  wgaudit::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_ratio("wireguard_lines", "wireguard_lines_by_every_rule");
  reporter.print_ratio("wireguard_lines", "wireguard_lines_naively");
  reporter.print_ratio("classify_only", "classify_only_by_every_rule");
  reporter.print_ratio("other_lines", "other_lines_naively");
}
