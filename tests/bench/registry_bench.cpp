// What it costs to keep identities: a dump of 1,000, 10,000 and 100,000 peers on one interface, in
// a log that is whole and in one that began late with evidence of every kind; and a line, once its
// peer is proven. Linear: ten times the peers, ten times the time.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <ctime>
#include <string>

#include "wgaudit/identity/registry.hpp"

namespace wgaudit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Stamp stamp(std::int64_t time) {
  return Stamp(time);
}

Instant instant(std::int64_t time) {
  return {SteadyTime(microseconds(time)), UtcTime(microseconds(time))};
}

Endpoint endpoint_of(std::uint64_t id) {
  Endpoint endpoint;
  endpoint.address.family = AddressFamily::ipv4;
  for (std::size_t i = 0; i < 4; ++i) {
    endpoint.address.bytes[i] = static_cast<std::uint8_t>(id >> (8 * i));
  }
  endpoint.port = 51820;
  return endpoint;
}

Dump dump_of(std::uint64_t peers) {
  DumpInterface interface;
  interface.name = *parse_interface_name("wg0");
  for (std::uint64_t id = 1; id <= peers; ++id) {
    DumpPeer peer;
    for (std::size_t i = 0; i < 8; ++i) {
      peer.public_key.bytes[i] = static_cast<std::uint8_t>((id * 0x9e3779b97f4a7c15U) >> (8 * i));
    }
    peer.endpoint = endpoint_of(id);
    peer.latest_handshake = std::chrono::sys_seconds(seconds(100 + id % 100));
    interface.peers.push_back(peer);
  }
  return {interface};
}

/// A registry at a time that goes on, µs.
struct Log {
  Registry registry;
  std::int64_t time = 1'000'000;

  void line(EventKind kind, std::uint64_t id = 0) {
    KernelEvent event;
    event.kind = kind;
    event.interface = *parse_interface_name("wg0");
    if (id != 0) event.peer = PeerId{id};
    if (kind == EventKind::handshake_response_received) event.endpoint = endpoint_of(id);
    time += 100;
    registry.on_line(event, {stamp(time), instant(time), 1});
  }

  /// A dump, and a line that is late enough to drain it.
  Findings dump(const Dump& dump) {
    time += 30'000'000;
    registry.on_dump(dump, instant(time), instant(time));
    time += 3'000'000;
    registry.on_other_line({stamp(time), instant(time), 0});
    return registry.advance(instant(time + 2'000'000));
  }
};

Log whole_log(std::uint64_t peers) {
  Log log;
  log.line(EventKind::interface_created);
  for (std::uint64_t id = 1; id <= peers; ++id) log.line(EventKind::peer_created, id);
  log.registry.advance(instant(log.time + 2'000'000));
  return log;
}

/// All peers but one in a hundred have talked: little can be proven, and every bound is tried.
Log late_log(std::uint64_t peers) {
  Log log;
  for (std::uint64_t id = 1; id <= peers; ++id) {
    if (id % 100 != 0) log.line(EventKind::handshake_response_received, id);
  }
  log.registry.advance(instant(log.time + 2'000'000));
  return log;
}

std::size_t allocated() {
  const auto now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

/// `ns_per_peer`; `growth`, that beside the one for the fewest peers, which runs first; and what a
/// peer takes in memory when nothing waits.
void judge(benchmark::State& state, Log (*log_of)(std::uint64_t), double& ns_of_fewest) {
  const auto peers = static_cast<std::uint64_t>(state.range(0));
  const Dump dump = dump_of(peers);
  const std::size_t before = allocated();
  Log log = log_of(peers);
  for (int i = 0; i < 2; ++i) {
    if (!log.dump(dump).contradictions.empty()) return state.SkipWithError("contradicted");
  }
  const auto bytes = static_cast<double>(allocated() - before);
  const std::clock_t start = std::clock();
  for (auto _ : state) benchmark::DoNotOptimize(log.dump(dump));
  const double took = static_cast<double>(std::clock() - start) * 1e9 / CLOCKS_PER_SEC;
  const double dumps = static_cast<double>(state.iterations()) * static_cast<double>(peers);
  const double ns_per_peer = took / dumps;
  if (peers == 1'000) ns_of_fewest = ns_per_peer;
  state.counters["ns_per_peer"] = ns_per_peer;
  state.counters["growth"] = ns_per_peer / ns_of_fewest;
  state.counters["bytes_per_peer"] = bytes / static_cast<double>(peers);
}

void whole_log_and_dump(benchmark::State& state) {
  static double ns_of_fewest = 0;
  judge(state, whole_log, ns_of_fewest);
}
BENCHMARK(whole_log_and_dump)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void late_log_and_dump(benchmark::State& state) {
  static double ns_of_fewest = 0;
  judge(state, late_log, ns_of_fewest);
}
BENCHMARK(late_log_and_dump)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void line_of_a_proven_peer(benchmark::State& state) {
  const auto peers = static_cast<std::uint64_t>(state.range(0));
  Log log = whole_log(peers);
  log.dump(dump_of(peers));
  std::uint64_t id = 0;
  for (auto _ : state) {
    id = (id + 7919) % peers;
    log.line(EventKind::keepalive_sent, id + 1);
    if (id % 64 == 0) log.registry.advance(instant(log.time));
  }
}
BENCHMARK(line_of_a_proven_peer)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace wgaudit

BENCHMARK_MAIN();
