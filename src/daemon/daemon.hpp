#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/recorder.hpp"
#include "shell/intake/dump_reader.hpp"
#include "shell/intake/udp_receiver.hpp"
#include "shell/intake/unix_receiver.hpp"
#include "shell/journal/segment_writer.hpp"
#include "shell/journal/synced_mark.hpp"
#include "shell/journal/writer.hpp"
#include "shell/metrics/metrics_service.hpp"
#include "shell/readers/hooks.hpp"
#include "shell/readers/text_log_thread.hpp"
#include "shell/settings/settings.hpp"
#include "shell/status/status.hpp"
#include "shell/status/status_socket.hpp"
#include "shell/system/service_manager.hpp"
#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

/// `wgaudit run`: one loop that receives, runs the core and keeps the timers, one thread that
/// writes the journal and the events, and one that writes the text log. Owns all of it, in order of
/// dependence.
class Daemon {
 public:
  /// Binds, opens and takes up the journal. `wg` is absolute. Throws SetupError.
  Daemon(Settings settings, PeerNames names, std::filesystem::path wg,
         const Classifier& classifier);

  /// Ends the threads before what they use.
  ~Daemon();

  /// Runs until SIGINT or SIGTERM. Throws SetupError where it turns out that `wg` may not be used.
  void run();

 private:
  void restore_peers(std::uint64_t last_sequence);
  void tell_of_seal(const HeldLink& sealed) const;
  AuditLog open_text_log(std::uint64_t last_sequence) const;
  void open_sealer(std::uint64_t last_sequence);
  void continue_from(const StreamEnd& end, Stream stream);
  void start();
  void record_inheritance();
  void say_what_is_missing(std::optional<DynamicDebug> debug);
  void stop(int signal);
  void wait_for_signal();
  void on_signal(int signal);

  Receiver::Handler datagram_handler();
  bool read_rest();
  void on_datagrams(std::span<const std::string_view> datagrams, Instant received);
  void end_datagrams();
  void deliver();
  void give_back_memory();
  void report_records();
  void on_module_load();
  void record_dropped(std::optional<Loss> loss);
  void record_forgery(std::optional<Forgery> forgery);
  void report_rejections();
  void schedule();
  void take_dump();
  void on_dump(tl::expected<DumpReading, DumpFailure> reading);
  void tell_status();
  void refuse_without_permission(const DumpFailure& failure);
  void record_deleted();
  void on_shell_loss(std::string reason, Loss loss);
  void start_status_socket();
  void start_statistics();
  void write_statistics();
  Status status();
  MonitorFacts monitor_facts() const;
  DatagramCounts datagram_counts() const;
  Writer::Listener writer_listener();

  Settings settings_;
  boost::asio::io_context io_;
  FileDescriptor lock_;
  Instant now_;  ///< Of this wake-up.
  UtcTime started_ = now_.utc;
  std::set<std::string_view> reported_rejections_;
  std::uint64_t journal_found_ = 0;  ///< The last record of the run before.
  std::vector<std::string> torn_;    ///< What a crash of the run before left unfinished.
  SegmentWriter journal_;
  SegmentWriter events_;
  Sealer sealer_;
  Writer writer_;  ///< Started last, stopped first: its thread uses what the readers are.
  Recorder recorder_;
  std::optional<Hooks> hooks_;
  Receiver receiver_;
  std::optional<UnixReceiver> unix_receiver_;
  DumpReader dump_reader_;
  Instant dump_started_;
  std::optional<UtcTime> last_dump_;  ///< That succeeded.
  std::string dump_trouble_;          ///< Told already.
  DurationHistogram dump_durations_;
  MetricsService metrics_;
  SteadyTime next_module_notice_{};
  boost::asio::steady_timer dump_timer_;
  SteadyTime timer_set_ = SteadyTime::max();  ///< When it wakes us; max: it does not.
  SteadyTime trim_due_{};
  boost::asio::steady_timer statistics_timer_;
  boost::asio::signal_set signals_;
  ServiceManager service_manager_;
  std::optional<StatusSocket> status_socket_;
  std::exception_ptr fatal_;
  SyncedMark synced_mark_;
  std::optional<TextLogThread> text_log_;
};

}  // namespace wgaudit
