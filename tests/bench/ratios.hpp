#pragma once

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace wgaudit {

/// Prints as the console does and keeps the CPU time of each benchmark, so that ratios can be
/// printed between two of one run.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(::isatty(STDOUT_FILENO) ? OO_ColorTabular : OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) continue;
      nanoseconds_[run.benchmark_name()] = run.GetAdjustedCPUTime();
    }
    ConsoleReporter::ReportRuns(runs);
  }

  /// `OURS  12.3 times as fast as REFERENCE`
  void print_ratio(const std::string& ours, const std::string& reference) const {
    const auto mine = nanoseconds_.find(ours);
    const auto theirs = nanoseconds_.find(reference);
    if (mine == nanoseconds_.end() || theirs == nanoseconds_.end()) return;
    fmt::print("{:40} {:6.1f} times as fast as {}\n", ours, theirs->second / mine->second,
               reference);
  }

 private:
  std::map<std::string, double> nanoseconds_;
};

}  // namespace wgaudit
