#include "shell/settings/setting_endpoint.hpp"

#include <fmt/format.h>

#include "wgaudit/base/text.hpp"
#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

std::optional<std::string> assign_endpoint(std::string_view text, std::uint16_t usual_port,
                                           std::string& address, std::uint16_t& port) {
  const auto colon = text.rfind(':');
  std::string_view host = text.substr(0, colon);
  const auto number = colon == std::string_view::npos
                          ? std::nullopt
                          : parse_number<std::uint16_t>(text.substr(colon + 1));
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto parsed = parse_ip_address(host);
  if (!number || !parsed || (parsed->family == AddressFamily::ipv6) != bracketed) {
    return fmt::format(
        "'{0}' is not ADDRESS:PORT; give an IP address and a port, such as 127.0.0.1:{1} or "
        "[::1]:{1}",
        to_printable(text), usual_port);
  }
  address = to_text(*parsed);
  port = *number;
  return std::nullopt;
}

std::string show_endpoint(const std::string& address, std::uint16_t port) {
  if (address.empty()) return {};
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

}  // namespace wgaudit
