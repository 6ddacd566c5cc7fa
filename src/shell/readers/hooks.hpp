#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shell/journal/journal_reader.hpp"
#include "shell/readers/cursor_file.hpp"
#include "shell/readers/hook_runs.hpp"
#include "shell/system/child_process.hpp"

namespace wgaudit {

struct HookOptions {
  std::filesystem::path script;
  std::set<std::string> actions;  ///< Journal actions that it is run for.
  std::chrono::seconds time_limit{10};
  std::uint32_t concurrency = 4;
  std::filesystem::path journal;           ///< Folder of the journal.
  std::optional<InterfaceName> interface;  ///< Only peers of this one.
  std::chrono::seconds max_age{3600};      ///< It is not run for records older than this.
};

/// The environment of a hook for a record: wg_monitor's PEER_* (facts of the peer), PATH, the
/// record's number, by which a hook can tell what it has seen before, and whether it may have been:
/// `is_replay`, the record is of an earlier run of the daemon.
std::vector<std::string> hook_environment(const Record& record, bool is_replay);

/// Runs the on-change script: a reader of the journal. One run at a time for each peer, in order; a
/// bounded number at once; the record as JSON on standard input. Every record is given at least
/// once, if it is not too old: the cursor, beside the journal, moves on when a run has ended,
/// however it ended.
class Hooks {
 public:
  struct Listener {
    std::function<void(std::string line)> log;  ///< Takes a line for the daemon's log.
    std::function<void(Loss)> skipped;          ///< Records that were too old, or gone.
  };

  Hooks(boost::asio::io_context& io, HookOptions options, Listener listener);

  /// Takes up the cursor; where there is none, begins with the record `first_sequence`, the first
  /// of this run.
  void open(std::uint64_t first_sequence);

  /// Reads what the journal has on the disk, up to `last_sequence`, as far as there is room.
  void catch_up(std::uint64_t last_sequence);

  /// Number of the first record whose run has not ended, or of the one that is read next.
  std::uint64_t next_sequence() const {
    return unfinished_.empty() ? reader_->position() : *unfinished_.begin();
  }

  /// Since the start.
  const HookRuns& runs() const { return runs_; }

 private:
  struct Job {
    std::uint64_t sequence = 0;
    std::string label;
    ChildSpec child;
  };

  /// What is waiting for one peer; the first job is the one that runs.
  struct Lane {
    std::deque<Job> jobs;
    std::unique_ptr<ChildProcess> child;
  };

  void read_on();
  bool read_one();
  bool is_wanted(const Record& record) const;
  bool is_too_old(const Record& record);
  void enqueue(const Record& record, const std::string& line);
  void start_jobs();
  void start(Lane& lane, const std::string& key);
  void on_done(std::string key, ChildResult result);
  void count(const ChildResult& result);
  void log_output(const std::string& label, const ChildResult& result);
  void store_cursor();

  boost::asio::io_context& io_;
  HookOptions options_;
  Listener listener_;
  CursorFile cursor_;
  std::optional<JournalReader> reader_;
  std::uint64_t first_sequence_ = 0;  ///< Of this run.
  std::uint64_t last_sequence_ = 0;   ///< On the disk.
  bool is_reading_ = false;           ///< The rest is read in another turn of the loop.
  Loss skipped_;
  std::map<std::string, Lane> lanes_;  // by interface and key
  std::set<std::uint64_t> unfinished_;
  std::uint32_t running_ = 0;
  HookRuns runs_;
};

}  // namespace wgaudit
