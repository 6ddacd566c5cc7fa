// Plays mutated recordings through the registry and fails if it ever gives an id a key that is not
// its own. Prints how many ids were proven, by kind of mutation.
//   identity_property [RUNS [TRACE]]   RUNS: of each trace with each mutation

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "property/identity_run.hpp"
#include "property/mutation.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/classify/pattern_file.hpp"

namespace wgaudit {
namespace {

struct Tally {
  std::size_t runs = 0;
  std::size_t named = 0;
  std::size_t proven = 0;
  std::size_t wrong_runs = 0;
  std::size_t contradictions = 0;

  void add(const IdentityResult& result) {
    ++runs;
    named += result.named.size();
    for (const LoadedId& id : result.named) proven += result.proven.count(id);
    if (!result.wrong.empty()) ++wrong_runs;
    for (const auto& [cause, count] : result.contradictions) {
      contradictions += static_cast<std::size_t>(count);
    }
  }
};

void print(std::string_view name, const Tally& tally) {
  fmt::print("{:32} {:6} runs {:8} ids {:8} proven {:6.2f} % {:4} contradictions {:3} wrong runs\n",
             name, tally.runs, tally.named, tally.proven,
             100.0 * static_cast<double>(tally.proven) /
                 static_cast<double>(std::max<std::size_t>(tally.named, 1)),
             tally.contradictions, tally.wrong_runs);
}

std::vector<IdentityTrace> load_traces(std::string_view only) {
  const Classifier classifier(
      parse_patterns(read_file(std::string(WGAUDIT_SOURCE) + "/patterns/wireguard.patterns"),
                     "wireguard.patterns", wireguard_vocabulary()));
  std::vector<IdentityTrace> traces;
  for (const char* const name : recorded_trace_names) {
    if (only.empty() || only == name) traces.push_back(load_identity_trace(classifier, name));
  }
  return traces;
}

std::size_t run_all(const std::vector<IdentityTrace>& traces, std::uint64_t runs) {
  Tally all;
  for (const Mutation& mutation : mutations) {
    Tally of_mutation;
    std::vector<std::pair<std::string, Tally>> of_trace;
    for (const IdentityTrace& trace : traces) {
      Tally& tally = of_trace.emplace_back(trace.name, Tally{}).second;
      for (std::uint64_t seed = 0; seed < runs; ++seed) {
        const IdentityTrace input = mutated(trace, mutation, seed);
        const IdentityResult result = IdentityRun(input).play();
        for (const auto& wrong : result.wrong) {
          fmt::print("WRONG {} {} seed {}: {}\n", trace.name, mutation.name, seed, wrong);
        }
        for (Tally* const to : {&all, &of_mutation, &tally}) to->add(result);
      }
    }
    print(mutation.name, of_mutation);
    for (const auto& [name, tally] : of_trace) print("    " + name, tally);
  }
  print("all", all);
  return all.wrong_runs;
}

}  // namespace
}  // namespace wgaudit

int main(int count, char** words) {
  const auto runs = count > 1 ? wgaudit::parse_number<std::uint64_t>(words[1]) : 8;
  if (!runs) {
    fmt::print(stderr, "usage: identity_property [RUNS [TRACE]]\n");
    return 64;
  }
  return wgaudit::run_all(wgaudit::load_traces(count > 2 ? words[2] : ""), *runs) == 0 ? 0 : 1;
}
