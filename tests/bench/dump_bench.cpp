#include <benchmark/benchmark.h>

#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "bench/ratios.hpp"
#include "support/rows.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit {
namespace {

PublicKey random_key(std::mt19937_64& random) {
  PublicKey key;
  for (auto& byte : key.bytes) byte = static_cast<std::uint8_t>(random());
  return key;
}

/// What `wg show all dump` prints for an interface with so many peers.
std::string dump_text(int peers) {
  std::mt19937_64 random(1);
  const auto handshake = story_start().time_since_epoch().count() / 1'000'000;
  std::string text = fmt::format("wg0\t{}\t{}\t51820\toff\n", to_text(random_key(random)),
                                 to_text(random_key(random)));
  for (int i = 0; i < peers; ++i) {
    const std::string place = fmt::format("{}.{}.{}", i >> 16, i >> 8 & 255, i & 255);
    text += fmt::format("wg0\t{}\t{}\t203.{}:51820\t10.{}/32\t{}\t{}\t{}\t25\n",
                        to_text(random_key(random)), to_text(random_key(random)), place, place,
                        handshake, i * 1000, i * 2000);
  }
  return text;
}

void parse_and_reconcile(benchmark::State& state) {
  const std::string text = dump_text(static_cast<int>(state.range(0)));
  DumpParser parser;
  Roster roster(std::chrono::seconds(180));
  const Instant now{SteadyTime(std::chrono::seconds(1000)),
                    story_start() + std::chrono::seconds(1)};
  WallClock wall_clock;
  wall_clock.on_time(now);
  roster.on_dump(**parser.parse(text), {}, now, now, wall_clock);
  for (auto _ : state) {
    const auto dump = parser.parse(text);
    benchmark::DoNotOptimize(roster.on_dump(**dump, {}, now, now, wall_clock));
  }
}

/// As a program would do it that only looks at the text: split every line into strings, check keys
/// and numbers, and compare with a map of what was there before.
void naive_parse_and_reconcile(benchmark::State& state) {
  struct Peer {
    std::vector<std::string> fields;
    bool online = false;
  };
  const std::string text = dump_text(static_cast<int>(state.range(0)));
  std::map<std::string, Peer> peers;
  const auto now = story_start().time_since_epoch().count() / 1'000'000 + 1;
  for (auto _ : state) {
    std::map<std::string, Peer> seen;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::vector<std::string> fields;
      std::istringstream rest(line);
      for (std::string field; std::getline(rest, field, '\t');) fields.push_back(field);
      if (fields.size() != 9 || !parse_public_key(fields[1])) continue;
      const bool online = now - std::stoll(fields[5]) < 180;
      const std::string name = fields[0] + " " + fields[1];
      const auto before = peers.find(name);
      benchmark::DoNotOptimize(before == peers.end() || before->second.online != online ||
                               before->second.fields[3] != fields[3]);
      seen[name] = {fields, online};
    }
    peers = std::move(seen);
  }
}

BENCHMARK(parse_and_reconcile)
    ->Arg(10)
    ->Arg(1000)
    ->Arg(10000)
    ->Arg(100000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(naive_parse_and_reconcile)->Arg(10)->Arg(1000)->Arg(10000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  wgaudit::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  for (const char* size : {"/10", "/1000", "/10000"}) {
    reporter.print_ratio(std::string("parse_and_reconcile") + size,
                         std::string("naive_parse_and_reconcile") + size);
  }
}
