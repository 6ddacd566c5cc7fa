#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>

#include "daemon/dump_loop.hpp"
#include "daemon/journal_keeper.hpp"
#include "daemon/readers.hpp"
#include "daemon/recorder.hpp"
#include "daemon/status_source.hpp"
#include "shell/intake/udp_receiver.hpp"
#include "shell/intake/unix_receiver.hpp"
#include "shell/metrics/metrics_service.hpp"
#include "shell/settings/settings.hpp"
#include "shell/status/status_socket.hpp"
#include "shell/system/service_manager.hpp"
#include "wgaudit/classify/classifier.hpp"

namespace wgaudit {

/// `wgaudit run`: one loop that receives, runs the core and keeps the timers, one thread that
/// writes the journal and the events, and one that writes the text log. Owns all of it, in order of
/// dependence: the parts that were made last are destroyed first.
class Daemon {
 public:
  /// Binds, opens and takes up the journal. `wg` is absolute. Throws SetupError.
  Daemon(Settings settings, PeerNames names, std::filesystem::path wg,
         const Classifier& classifier);

  /// Runs until SIGINT or SIGTERM. Throws SetupError where it turns out that `wg` may not be used.
  void run();

 private:
  Recorder::Options recorder_options(PeerNames names) const;
  UdpReceiver::Handler datagram_handler();
  Writer::Listener writer_listener();
  DumpLoop::Listener dump_listener();

  void start();
  void stop(int signal);
  void wait_for_signal();
  void on_signal(int signal);
  bool read_rest();
  void deliver(Instant now);
  void record_loss_later(LossReason reason, Loss loss);
  void record_stop(int signal, Instant now);
  void start_status_socket();
  void start_statistics();

  Settings settings_;
  boost::asio::io_context io_;
  Instant started_;
  Readers readers_;
  JournalKeeper journal_;
  Recorder recorder_;
  UdpReceiver receiver_;
  std::optional<UnixReceiver> unix_receiver_;
  DumpLoop dumps_;
  StatusSource status_;
  MetricsService metrics_;
  boost::asio::steady_timer statistics_timer_;
  boost::asio::signal_set signals_;
  ServiceManager service_manager_;
  std::optional<StatusSocket> status_socket_;
  std::exception_ptr fatal_;
};

}  // namespace wgaudit
