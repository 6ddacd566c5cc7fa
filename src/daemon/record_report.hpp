#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// Writes to the daemon's log what the administrator should know at once: datagrams that were
/// rejected, a module that was loaded anew and, for debugging, every record.
class RecordReport {
 public:
  struct Options {
    bool debug = false;
    std::uint32_t required_mark = 0;
    std::filesystem::path listen_unix = {};
  };

  explicit RecordReport(Options options) : options_(std::move(options)) {}

  void on_record(const Record& record) const;
  void on_module_load(Instant now);

  /// Reports each reason once, when it is met first; the counts are recorded with the statistics.
  void on_rejected(const std::map<std::string_view, std::uint64_t>& rejected);

 private:
  std::string text_for(std::string_view reason) const;

  Options options_;
  std::set<std::string_view> reported_;  ///< Reasons that were reported.
  SteadyTime next_module_notice_{};
};

}  // namespace wgaudit
