#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "wgaudit/audit/auditor.hpp"
#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

/// Plays a recorded trace through the core and gives each record as a line of JSON, always the same
/// for the same trace. A folder holds
///   datagrams.jsonl  {"t_us": receive time, µs since 1970, "data": the bytes, JSON-escaped}
///   dumps.jsonl      {"t0_us": when `wg` was started, "t_us": when its output was complete,
///                     "rc": exit status, "dump": output of `wg show all dump`}
/// A recorded dump is used where the core wants one at that time: every interval, and the next
/// after a line that raised a question. Throws SetupError (exit code 65) `FILE:LINE: reason`.
void replay(const std::filesystem::path& trace, AuditorOptions options,
            const Classifier& classifier, const std::function<void(const std::string&)>& write);

/// The same, but gives what was known of a kernel peer id whenever it was proven or contradicted,
/// and at the end where it never was: one fact a line.
void explain_replay(const std::filesystem::path& trace, AuditorOptions options,
                    const Classifier& classifier, PeerId id,
                    const std::function<void(const std::string&)>& write);

}  // namespace wgaudit
