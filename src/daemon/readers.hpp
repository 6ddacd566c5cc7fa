#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <optional>

#include "shell/journal/synced_mark.hpp"
#include "shell/readers/hooks.hpp"
#include "shell/readers/text_log.hpp"
#include "shell/readers/text_log_thread.hpp"
#include "shell/settings/settings.hpp"
#include "shell/status/status.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/record/record.hpp"

namespace wgaudit {

/// The daemon's own readers of the journal: the text log on a thread of its own, and the hooks on
/// the loop, where a script is set; and the mark by which readers in other processes know what is
/// on the disk. Owned by the daemon.
class Readers {
 public:
  Readers(boost::asio::io_context& io, const Settings& settings)
      : io_(io), settings_(settings), synced_mark_(settings.journal) {}

  /// Opens the text log, which takes up where it ended, and the hooks. `last_sequence` is the
  /// journal's last record now; `on_skipped` takes the records that no hook was run for.
  void open(std::uint64_t last_sequence, UtcTime now, std::function<void(Loss)> on_skipped);

  /// Starts the text log's thread.
  void start();

  /// Runs the hooks for what an earlier run recorded and did not run them for.
  void catch_up(std::uint64_t last_sequence);

  /// The journal is on the disk up to this record. Called on the writer's thread.
  void journal_written(std::uint64_t last_sequence);

  void reopen_text_log() { text_log_thread_->reopen(); }

  /// Writes what is on the disk to the text log, and ends its thread.
  void stop() { text_log_thread_->stop(); }

  /// Adds how far the readers have come, where the journal is on the disk up to `on_disk`.
  void add_to(Status& status, std::uint64_t on_disk);

 private:
  boost::asio::io_context& io_;
  const Settings& settings_;
  SyncedMark synced_mark_;
  std::optional<TextLog> text_log_;  ///< Until its thread is started.
  std::optional<Hooks> hooks_;
  std::optional<TextLogThread> text_log_thread_;
};

}  // namespace wgaudit
