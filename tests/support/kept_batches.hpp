#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "shell/journal/batch_queue.hpp"

namespace wgaudit {

/// Keeps the batches, or refuses them while `full`.
struct KeptBatches : BatchQueue {
  bool push(Batch batch) override {
    if (full || (refuses_events && batch.stream == Stream::events)) return false;
    batches.push_back(std::move(batch));
    return true;
  }
  bool is_crowded() override { return crowded; }
  bool has_room() override { return !full && !refuses_events; }
  std::string buffer() override { return {}; }

  /// `STREAM FIRST+COUNT`, with ` new` at the head of a segment, ` sync` where it is synced and
  /// ` seal` where it seals the journal.
  std::vector<std::string> pushed() {
    std::vector<std::string> texts;
    for (const Batch& batch : std::exchange(batches, {})) {
      texts.push_back(fmt::format("{} {}+{}{}{}{}", to_text(batch.stream), batch.first_sequence,
                                  batch.count, batch.begins_segment ? " new" : "",
                                  batch.sync ? " sync" : "", batch.seal ? " seal" : ""));
    }
    return texts;
  }

  std::vector<Batch> batches;
  bool full = false;
  bool crowded = false;
  bool refuses_events = false;
};

}  // namespace wgaudit
