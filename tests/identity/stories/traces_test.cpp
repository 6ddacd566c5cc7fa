// Plays the recordings, with every dump, and compares the proofs with truth.json.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "property/identity_run.hpp"
#include "wgaudit/classify/pattern_file.hpp"

namespace wgaudit::traces_test {
namespace {

std::string median_time_to_proof(const IdentityResult& result) {
  std::vector<std::int64_t> times;
  for (const auto& [id, time] : result.first_proven) {
    const auto named = result.first_named.find(id);
    if (named != result.first_named.end()) times.push_back(time - named->second);
  }
  if (times.empty()) return "-";
  std::sort(times.begin(), times.end());
  return fmt::format("{:.1f} s", static_cast<double>(times[times.size() / 2]) / 1e6);
}

TEST(IdentityOnTraces, IsNeverWrongAndProvenForNearlyAll) {
  const Classifier classifier(
      parse_patterns(read_file(std::string(WGAUDIT_SOURCE) + "/patterns/wireguard.patterns"),
                     "wireguard.patterns", wireguard_vocabulary()));
  std::size_t named = 0;
  std::size_t proven = 0;
  fmt::print("{:14} {:>5} {:>7} {:>9} {:>8} {:>6} {:>6}\n", "trace", "ids", "proven", "median",
             "at once", "later", "never");
  for (const char* const name : recorded_trace_names) {
    SCOPED_TRACE(name);
    const IdentityTrace trace = load_identity_trace(classifier, name);
    const IdentityResult result = IdentityRun(trace).play();
    EXPECT_THAT(result.wrong, testing::IsEmpty());
    const auto is_proven = [&](const LoadedId& id) { return result.proven.contains(id); };
    const auto of_trace = std::count_if(result.named.begin(), result.named.end(), is_proven);
    named += result.named.size();
    proven += static_cast<std::size_t>(of_trace);
    fmt::print("{:14} {:5} {:7} {:>9} {:8} {:6} {:6}\n", name, result.named.size(), of_trace,
               median_time_to_proof(result), result.at_once.size(), result.later.size(),
               result.own_lines.size() - result.at_once.size() - result.later.size());
  }
  EXPECT_GE(static_cast<double>(proven), 0.98 * static_cast<double>(named));
}

}  // namespace
}  // namespace wgaudit::traces_test
