#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "commands/view_options.hpp"
#include "shell/journal/record_search.hpp"
#include "shell/journal/segment_stream.hpp"

namespace wgaudit {

/// A view of a journal and its events that goes on with new records, in the order of recording.
class Follower {
 public:
  /// Begins at `filter.since`; without it with what is recorded from `now` on, or, where
  /// `filter.until` is over, with the oldest. Throws SetupError (exit code 69) where there is no
  /// journal in the folder.
  Follower(const std::filesystem::path& journal, RecordFilter filter, ShownForm form, UtcTime now,
           const OnRead& on_read);

  /// Gives lines, without end, of each record that is new since the last call and is wanted.
  void poll(const std::function<void(std::string_view)>& write);

  /// A message about lines that could not be shown since the last call; empty: none.
  std::string take_complaint();

 private:
  void show(RecordSearch& search, const std::function<void(std::string_view)>& write);

  ShownForm form_;
  RecordFilter filter_;
  RecordSearch journal_;
  RecordSearch events_;
  std::uint64_t hostile_lines_ = 0;  ///< Records with control characters.
  std::uint64_t reported_ = 0;       ///< Lines that could not be shown, as last reported.
  std::string text_;
};

}  // namespace wgaudit
