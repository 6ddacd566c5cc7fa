#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>

#include "property/identity_trace.hpp"

namespace wgaudit {

/// Mutation is what is done to a trace.
struct Mutation {
  std::string_view name;
  bool late = false;     ///< Starts at a random time, as when debug is switched on late.
  bool drop = false;     ///< 30, 70 or 95 % of the rate-limited lines are lost.
  bool lag = false;      ///< Lines come up to 1 s late, in bursts and in order.
  bool reorder = false;  ///< Each line by itself comes up to 1 s late; every tenth comes twice.
  bool sparse = false;   ///< Every 3rd, 10th, 20th or 50th dump only.
  bool swap = false;     ///< Two keys change places, in dumps and truth, with each module reload.
};

inline constexpr std::array<Mutation, 12> mutations = {{
    {.name = "plain"},
    {.name = "late", .late = true},
    {.name = "drop", .drop = true},
    {.name = "late+drop", .late = true, .drop = true},
    {.name = "lag", .lag = true},
    {.name = "reorder", .reorder = true},
    {.name = "sparse", .sparse = true},
    {.name = "lag+sparse", .lag = true, .sparse = true},
    {.name = "swap", .swap = true},
    {.name = "late+reorder+sparse", .late = true, .reorder = true, .sparse = true},
    {.name = "late+drop+lag+sparse", .late = true, .drop = true, .lag = true, .sparse = true},
    {.name = "all",
     .late = true,
     .drop = true,
     .lag = true,
     .reorder = true,
     .sparse = true,
     .swap = true},
}};

using Random = std::mt19937_64;

/// The same on every machine, which the standard's distributions are not.
inline double fraction(Random& random) {
  return static_cast<double>(random() >> 11) / 9007199254740992.0;
}

inline void start_late(IdentityTrace& trace, Random& random) {
  const std::int64_t first = trace.lines.front().received;
  const auto length = static_cast<double>(trace.lines.back().received - first);
  const std::int64_t cut =
      first + static_cast<std::int64_t>(length * (0.05 + 0.9 * fraction(random)));
  std::erase_if(trace.lines, [&](const TraceLine& line) { return line.received <= cut; });
  std::erase_if(trace.dumps, [&](const TraceDump& dump) { return dump.finished <= cut; });
}

inline void drop_lines(IdentityTrace& trace, Random& random) {
  constexpr std::array<double, 3> shares = {0.3, 0.7, 0.95};
  const double share = shares[random() % shares.size()];
  std::erase_if(trace.lines, [&](const TraceLine& line) {
    return line.event && is_rate_limited(line.event->kind) && fraction(random) < share;
  });
}

inline void delay_in_bursts(IdentityTrace& trace, Random& random) {
  const double phase = fraction(random) * 10;
  std::int64_t last = 0;
  for (TraceLine& line : trace.lines) {
    const double wave = std::sin(static_cast<double>(line.received % 1'000'000'000) / 3e6 + phase);
    const auto lag =
        static_cast<std::int64_t>(1e6 * std::max(0.0, wave) * (0.6 + 0.4 * fraction(random)));
    last = std::max(last + 1, line.received + lag);
    line.received = last;
  }
}

inline void sort_by_reception(std::vector<TraceLine>& lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const TraceLine& a, const TraceLine& b) { return a.received < b.received; });
}

inline void reorder_and_repeat(IdentityTrace& trace, Random& random) {
  std::vector<TraceLine> lines;
  for (TraceLine& line : trace.lines) {
    const std::int64_t printed = line.received;
    line.received = printed + static_cast<std::int64_t>(random() % 1'000'000);
    if (fraction(random) < 0.1) {
      lines.push_back(line);
      lines.back().received = printed + static_cast<std::int64_t>(random() % 1'000'000);
    }
    lines.push_back(std::move(line));
  }
  trace.lines = std::move(lines);
  sort_by_reception(trace.lines);
}

inline void thin_dumps(IdentityTrace& trace, Random& random) {
  constexpr std::array<std::size_t, 4> steps = {3, 10, 20, 50};
  const std::size_t step = steps[random() % steps.size()];
  std::vector<TraceDump> kept;
  for (std::size_t i = 0; i < trace.dumps.size(); i += step) kept.push_back(trace.dumps[i]);
  trace.dumps = std::move(kept);
}

/// Makes two keys change places in every second load, everywhere.
inline void swap_keys(IdentityTrace& trace, Random& random) {
  std::vector<PublicKey> keys;
  for (const auto& [id, key] : trace.truth) keys.push_back(key);
  if (keys.size() < 2) return;
  const PublicKey a = keys[random() % keys.size()];
  const PublicKey b = keys[random() % keys.size()];
  const auto swap = [&](PublicKey& key) {
    if (key == a) {
      key = b;
    } else if (key == b) {
      key = a;
    }
  };
  for (auto& [id, key] : trace.truth) {
    if (id.first % 2 == 0) swap(key);
  }
  for (TraceDump& dump : trace.dumps) {
    int load = 0;
    for (const TraceLine& line : trace.lines) {
      if (line.received <= dump.finished) load = std::max(load, line.load);
    }
    if (load % 2 != 0) continue;
    for (DumpInterface& interface : dump.dump) {
      for (DumpPeer& peer : interface.peers) swap(peer.public_key);
    }
  }
}

inline IdentityTrace mutated(IdentityTrace trace, const Mutation& mutation, std::uint64_t seed) {
  Random random(seed);
  if (mutation.swap) swap_keys(trace, random);
  if (mutation.late) start_late(trace, random);
  if (mutation.drop) drop_lines(trace, random);
  if (mutation.lag) delay_in_bursts(trace, random);
  if (mutation.reorder) reorder_and_repeat(trace, random);
  if (mutation.sparse) thin_dumps(trace, random);
  return trace;
}

}  // namespace wgaudit
