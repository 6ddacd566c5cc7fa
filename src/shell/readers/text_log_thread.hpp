#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "shell/journal/write_health.hpp"
#include "shell/readers/reader_status.hpp"
#include "shell/readers/text_log.hpp"

namespace wgaudit {

/// The thread that alone writes the text log. The daemon owns it; a text log on a disk that hangs
/// or refuses thus delays nothing but itself. A file that refuses is tried again every second.
class TextLogThread {
 public:
  /// Takes a log that is open. `on_trouble` is called on the thread, with a line for the daemon's
  /// log: once when the file begins to refuse, and once when it works again.
  TextLogThread(TextLog log, std::function<void(std::string line)> on_trouble);
  ~TextLogThread() { stop(); }

  /// Has the records rendered that the journal has on the disk, up to `last_sequence`.
  void journal_written(std::uint64_t last_sequence);

  /// Has the file opened anew by its name, for logrotate.
  void reopen();

  /// How far the log has come in a journal whose record `synced` is the last on the disk.
  ReaderStatus status(std::uint64_t synced);

  /// Renders what the journal has, waiting a few seconds at most for a file that refuses, and ends
  /// the thread. Called after the writer has ended.
  void stop();

 private:
  void run();
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  void work(std::uint64_t last_sequence, bool reopen);
  void report(WriteHealth& health, bool ok, const char* name);

  // used by the thread alone
  TextLog log_;
  std::function<void(std::string line)> on_trouble_;
  WriteHealth lines_;  ///< Health of the file that is written.
  WriteHealth name_;   ///< Health of the name that the file is opened by.

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::uint64_t next_sequence_;  ///< Number of the record that is rendered next.
  std::uint64_t synced_ = 0;     ///< The journal's last record that is on the disk.
  bool has_news_ = false;        ///< `synced_` has grown since the thread looked.
  bool reopen_ = false;
  bool stopping_ = false;

  std::thread thread_;  ///< Last: it uses all of the above.
};

}  // namespace wgaudit
