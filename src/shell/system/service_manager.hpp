#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// The UDP socket that systemd bound for us (sd_listen_fds(3)); not open where it gave none. To be
/// called once. Throws SetupError where it gave something else.
FileDescriptor take_inherited_socket();

/// The state that `systemctl status` shows.
struct ServiceStatus {
  std::size_t online = 0;
  std::size_t peers = 0;
  std::optional<UtcTime> dump;  ///< The last that succeeded.
  std::string trouble;          ///< Why the last dump failed; empty: it did not.
};

/// `3 of 5 peers online, dump at 2026-11-21 11:23:05`: local time, as in the text log.
std::string to_text(const ServiceStatus& status);

/// Notifies the service manager (sd_notify(3)), if there is one. It lives on the loop.
class ServiceManager {
 public:
  explicit ServiceManager(boost::asio::io_context& io) : timer_(io) {}

  /// Reports that the daemon receives. From then on a timer of the loop feeds the watchdog, if
  /// there is one: only while the loop turns.
  void tell_ready();

  /// Reports the state, if its text has changed.
  void tell_status(const ServiceStatus& status);

  void tell_stopping();

 private:
  void feed_watchdog();

  std::string status_;
  std::chrono::microseconds interval_{0};  ///< Between two feedings.
  boost::asio::steady_timer timer_;
};

}  // namespace wgaudit
