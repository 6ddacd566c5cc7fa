#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "shell/command_line.hpp"
#include "shell/journal_reader.hpp"

namespace wgaudit {

/// Live view of a journal and its events, in the order of recording.
class Follower {
 public:
  /// Begins at `since`, or with what is recorded from now on. Throws SetupError (exit code 69)
  /// where there is no journal in the folder.
  Follower(const std::filesystem::path& journal, FollowOptions options, UtcTime now);

  /// Gives a line without end for each record that is new since the last call and is asked for.
  void poll(const std::function<void(const std::string&)>& write);

 private:
  bool is_wanted(const Record& record) const;

  FollowOptions options_;
  std::optional<UtcTime> begin_;
  JournalReader journal_;
  JournalReader events_;
};

}  // namespace wgaudit
