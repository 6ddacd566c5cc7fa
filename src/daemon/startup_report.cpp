#include "daemon/startup_report.hpp"

#include <fmt/format.h>

#include "shell/system/log.hpp"
#include "shell/system/privileges.hpp"

namespace wgaudit {

void log_what_is_missing(const Settings& settings, UdpReceiver& receiver,
                         std::optional<DynamicDebug> debug) {
  if (receiver.buffer_bytes() < settings.receive_buffer_bytes) {
    write_daemon_log(
        fmt::format("the receive buffer is only {} bytes and loses bursts; give "
                    "CAP_NET_ADMIN or raise net.core.rmem_max to {}",
                    receiver.buffer_bytes(), settings.receive_buffer_bytes));
  }
  if (settings.required_mark == 0 && !receiver.sees_senders()) {
    write_daemon_log(
        "the kernel does not tell whose sockets there are (CONFIG_INET_UDP_DIAG): forged "
        "lines raise no alarm; have rsyslog's marked, and set require_mark");
  }
  if (!has_net_admin()) {
    write_daemon_log(
        "without CAP_NET_ADMIN wg will be refused: start as root, or put "
        "AmbientCapabilities=CAP_NET_ADMIN into the unit");
  }
  if (debug && debug != DynamicDebug::on) {
    write_daemon_log(
        "dynamic debug of the wireguard module is not on for all its messages: "
        "echo 'module wireguard +p' > /proc/dynamic_debug/control");
  }
}

/// Whether an earlier run has recorded what the socket dropped before is not known.
void record_inheritance(UdpReceiver& receiver, Recorder& recorder, Instant now) {
  if (const auto dropped = receiver.dropped_before(); dropped != 0) {
    recorder.on_loss(
        LossReason::socket_overflow,
        {{}, {}, now.utc, fmt::format("{} that the socket dropped since it was bound", dropped)},
        now);
  }
  const auto owners = receiver.owners();
  if (owners.size() < 2) return;
  const std::string detail = fmt::format(
      "the users {} have sockets there, and the last one that was bound gets the lines; end the "
      "others ('ss -ulpn') and restart the socket unit",
      fmt::join(owners, ", "));
  write_daemon_log("the port is shared: " + detail);
  recorder.on_loss(LossReason::port_shared, {{}, {}, {}, detail}, now);
}

}  // namespace wgaudit
