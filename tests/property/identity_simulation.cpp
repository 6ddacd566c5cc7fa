// Invents histories of a kernel, plays them through the registry as they would arrive and fails if
// it ever gives an id a key that is not its own. Prints how many ids were proven, by kind of
// history.
//   identity_simulation [RUNS [FIRST_SEED [KIND]]]   RUNS: of each kind

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "property/simulated_run.hpp"
#include "property/simulated_scene.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

struct Tally {
  std::size_t named = 0;
  std::size_t proven = 0;
  std::size_t listed = 0;
  std::size_t listed_proven = 0;
  std::size_t contradictions = 0;
  std::size_t wrong_runs = 0;

  void add(const SimulatedHistory& history, const SimulatedResult& result) {
    named += result.named.size();
    for (const SimulatedId& id : result.named) {
      const bool is_proven = result.proven.contains(id);
      const bool is_listed = history.listed.contains(id);
      if (is_proven) ++proven;
      if (is_listed) ++listed;
      if (is_listed && is_proven) ++listed_proven;
    }
    for (const auto& [cause, count] : result.contradictions) contradictions += count;
    if (!result.wrong.empty()) ++wrong_runs;
  }
};

double percent(std::size_t part, std::size_t all) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(all, 1));
}

void print(std::string_view name, std::uint64_t runs, const Tally& tally) {
  fmt::print(
      "{:20} {:7} runs {:8} ids {:6.2f} % proven, of those in a dump {:6.2f} %, "
      "{:5} contradictions, {:3} wrong runs\n",
      name, runs, tally.named, percent(tally.proven, tally.named),
      percent(tally.listed_proven, tally.listed), tally.contradictions, tally.wrong_runs);
  std::fflush(stdout);
}

Tally run(const SimulationKind& kind, std::uint64_t runs, std::uint64_t first) {
  Tally tally;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    const SimulatedHistory history = SimulatedScene(kind, seed).play();
    const SimulatedResult result = SimulatedRun(kind, history, seed).play();
    tally.add(history, result);
    for (const std::string& wrong : result.wrong) {
      fmt::print("{} {} seed {}: {}\n", kind.counted_only ? "counted" : "WRONG", kind.name, seed,
                 wrong);
      if (kind.counted_only) break;
    }
  }
  return tally;
}

/// Returns in how many runs a key was wrong that must not be.
std::size_t run_all(std::uint64_t runs, std::uint64_t first, std::string_view only) {
  std::size_t wrong = 0;
  for (const SimulationKind& kind : simulation_kinds) {
    if (!only.empty() && only != kind.name) continue;
    const Tally tally = run(kind, runs, first);
    print(kind.name, runs, tally);
    if (!kind.counted_only) wrong += tally.wrong_runs;
  }
  return wrong;
}

}  // namespace
}  // namespace wgaudit

int main(int count, char** words) {
  const auto runs = count > 1 ? wgaudit::parse_number<std::uint64_t>(words[1]) : 60;
  const auto first = count > 2 ? wgaudit::parse_number<std::uint64_t>(words[2]) : 1;
  if (!runs || !first) {
    fmt::print(stderr, "usage: identity_simulation [RUNS [FIRST_SEED [KIND]]]\n");
    return 64;
  }
  return wgaudit::run_all(*runs, *first, count > 3 ? words[3] : "") == 0 ? 0 : 1;
}
