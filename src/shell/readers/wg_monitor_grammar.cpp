#include "shell/readers/wg_monitor_grammar.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_endpoint = 255;
constexpr std::size_t max_allowed_ips = 1024;

/// `fE/wdxzl...HKFS6Ds=`
std::string abbreviated(const PublicKey& key) {
  const std::string text = to_text(key);
  return fmt::format("{}...{}", text.substr(0, 8), text.substr(text.size() - 8));
}

}  // namespace

std::string peer_text(const Record& record) {
  const std::string ips = shown_ips(record.peer()->allowed_ips);
  const bool one = ips.find_first_of(",/") == std::string::npos;
  return fmt::format("[{}] {} ({}) [{}: {}]", to_printable(record.interface.view()),
                     abbreviated(*record.peer()->public_key), endpoint_text(record.endpoint()),
                     one ? "IP" : "IPs", ips);
}

std::string endpoint_text(const std::optional<Endpoint>& endpoint) {
  return to_printable(to_text(endpoint.value_or(Endpoint{})), max_endpoint);
}

std::chrono::sys_seconds handshake_of(const Record& record) {
  return record.peer()->latest_handshake.value_or(std::chrono::sys_seconds{});
}

std::string only_interface_text(const MonitorFacts& facts) {
  return facts.only_interface.empty() ? "" : ", Interface: " + to_printable(facts.only_interface);
}

std::string shown_ips(std::string_view allowed_ips) {
  std::string hosts;
  std::string_view rest = allowed_ips;
  while (!rest.empty()) {
    std::string_view prefix = take_until(rest, ',');
    const std::string_view address = take_until(prefix, '/');
    if (prefix != "32" && prefix != "128") continue;
    if (!hosts.empty()) hosts += ", ";
    hosts += address;
  }
  return hosts.empty() ? to_printable(allowed_ips, max_allowed_ips)
                       : to_printable(hosts, hosts.size());
}

}  // namespace wgaudit
