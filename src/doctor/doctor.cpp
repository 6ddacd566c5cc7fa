#include "doctor/doctor.hpp"

#include <optional>

#include "doctor/daemon_checks.hpp"
#include "doctor/kernel_checks.hpp"
#include "doctor/probe_check.hpp"
#include "doctor/rsyslog_checks.hpp"
#include "doctor/storage_checks.hpp"
#include "doctor/system_checks.hpp"
#include "doctor/wg_check.hpp"

namespace wgaudit {

std::vector<Check> examine(const Gateway& gateway) {
  const Rsyslog rsyslog = look_at_rsyslog(gateway);
  const PortSockets sockets = look_at_port(gateway);
  const auto daemon = daemon_of(gateway, sockets);
  const WgReading wg = read_wg(gateway);
  std::vector<Check> checks = {
      check_module(gateway),
      check_dynamic_debug(gateway),
      check_debug_at_load(gateway),
      check_rate_limit(gateway),
      check_rsyslog(gateway, rsyslog),
      check_kernel_input(gateway, rsyslog),
      check_kernel_stamps(gateway, rsyslog),
      check_rule(gateway, rsyslog),
      check_firewall_mark(gateway, gateway.settings.required_mark == 0 ? "" : read_firewall()),
      check_port(gateway, sockets),
      check_receive_buffer(gateway, sockets),
      check_wg(gateway, wg),
      check_journal_folder(gateway),
      check_text_log(gateway),
      check_free_space(gateway, daemon),
      check_signing_key(gateway, daemon),
      check_clock(gateway, is_clock_synchronized()),
  };
  checks.push_back(check_probe(gateway, checks, wg, rsyslog));
  return checks;
}

}  // namespace wgaudit
