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

#include "shell/readers/hook_runs.hpp"
#include "shell/readers/reader_status.hpp"
#include "shell/readers/tail.hpp"
#include "shell/system/child_process.hpp"

namespace wgaudit {

struct HookOptions {
  std::filesystem::path script;
  std::set<std::string> actions;  ///< Journal actions that it is run for.
  std::chrono::seconds time_limit{10};
  std::uint32_t concurrency = 4;
  std::filesystem::path journal;           ///< Folder of the journal.
  std::optional<InterfaceName> interface;  ///< Interface that alone is wanted, if one is.
  std::chrono::seconds max_age{3600};      ///< It is not run for records older than this.
};

/// The environment of a hook for a record: wg_monitor's PEER_* (facts of the peer), PATH, the
/// record's number, by which a hook can recognize what it has seen before, and whether it may have
/// seen it: `is_replay`, the record is of an earlier run of the daemon.
std::vector<std::string> hook_environment(const Record& record, bool is_replay);

/// The runs of the on-change script: a reader of the journal, owned by the daemon and used on its
/// loop. One run at a time for each peer, in order; a bounded number at once; the record as JSON on
/// standard input. Every record is given at least once, if it is not too old: the cursor moves on
/// when a run has ended, however it ended.
class Hooks {
 public:
  struct Listener {
    std::function<void(std::string line)> log;  ///< Takes a line for the daemon's log.
    std::function<void(Loss)> skipped;          ///< Takes records that were too old, or deleted.
  };

  Hooks(boost::asio::io_context& io, HookOptions options, Listener listener);

  /// Takes up the cursor; where there is none, begins with the record `first_sequence`, the first
  /// of this run. Throws SetupError (exit code 74).
  void open(std::uint64_t first_sequence) { tail_.open(first_sequence); }

  /// Reads what the journal has on the disk, up to `last_sequence`, as far as there is room.
  void catch_up(std::uint64_t last_sequence);

  /// How far the runs have come in a journal whose record `synced` is the last on the disk. What
  /// has not ended counts as not taken.
  ReaderStatus status(std::uint64_t synced) const;

  /// The counts of runs since the start of the daemon.
  const HookRuns& runs() const { return runs_; }

 private:
  struct Job {
    std::uint64_t sequence = 0;
    std::string label;
    ChildSpec child;
  };

  /// The jobs that wait for one peer; the first one is the one that runs.
  struct Lane {
    std::deque<Job> jobs;
    std::unique_ptr<ChildProcess> child;
  };

  void read_on();
  Tail::Answer take(const Tail::Entry& entry);
  bool is_wanted(const Record& record) const;
  bool is_too_old(const Record& record);
  void enqueue(const Tail::Entry& entry);
  void start_jobs();
  void start(Lane& lane, const std::string& key);
  void on_done(std::string key, ChildResult result);
  void count(const ChildResult& result);
  void log_output(const std::string& label, const ChildResult& result);

  boost::asio::io_context& io_;
  HookOptions options_;
  Listener listener_;
  Tail tail_;
  std::uint64_t last_sequence_ = 0;    ///< The journal's last record on the disk.
  bool is_reading_ = false;            ///< The rest is read in another turn of the loop.
  Loss skipped_;                       ///< Records that were too old and are not yet reported.
  std::map<std::string, Lane> lanes_;  ///< Waiting jobs, by interface and key.
  std::uint32_t running_ = 0;
  HookRuns runs_;
};

}  // namespace wgaudit
