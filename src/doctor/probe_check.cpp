#include "doctor/probe_check.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "doctor/probe.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::array<std::string_view, 7> links_of_its_way = {
    "dynamic debug", "rsyslog", "kernel input", "rule", "firewall mark", "port", "wg"};

/// Null: all of its way is ok.
const Check* find_obstacle(const std::vector<Check>& links) {
  const auto found = std::find_if(links.begin(), links.end(), [](const Check& check) {
    const auto& way = links_of_its_way;
    return check.health != Health::ok && std::find(way.begin(), way.end(), check.link) != way.end();
  });
  return found == links.end() ? nullptr : &*found;
}

/// One that is down has no socket.
bool is_up(const Gateway& gateway, std::string_view interface) {
  std::string flags =
      gateway.read_line(std::filesystem::path("/sys/class/net") / interface / "flags");
  std::string_view digits = flags;
  take_prefix(digits, "0x");
  return (parse_number<std::uint32_t>(digits, 16).value_or(0) & IFF_UP) != 0;
}

/// Null: there is none that can be asked, or none that is written of.
const DumpInterface* find_interface(const Gateway& gateway, const Dump& dump) {
  const auto& wanted = gateway.settings.interface;
  const auto found = std::find_if(dump.begin(), dump.end(), [&](const DumpInterface& interface) {
    return (!wanted || *wanted == interface.name) && interface.listen_port != 0 &&
           is_up(gateway, interface.name.view());
  });
  return found == dump.end() ? nullptr : &*found;
}

}  // namespace

Check check_probe(const Gateway& gateway, const std::vector<Check>& links, const WgReading& wg,
                  const Rsyslog& rsyslog, std::chrono::milliseconds time_limit) {
  constexpr std::string_view link = "probe";
  if (const Check* const obstacle = find_obstacle(links)) {
    return {link, Health::unknown, fmt::format("not sent: {} comes first", obstacle->link)};
  }
  const DumpInterface* const interface = find_interface(gateway, *wg.dump);
  if (interface == nullptr) {
    return {link, Health::unknown, "not sent: no WireGuard interface is up"};
  }
  const std::string name = to_printable(interface->name.view());
  const auto took = send_probe(interface->listen_port, gateway.settings.journal, time_limit);
  if (took) {
    return {link, Health::ok,
            fmt::format("to {} and, by rsyslog and daemon, into the events: {} ms", name,
                        took->count())};
  }
  return {link,
          Health::broken,
          fmt::format("a handshake was sent to {}, no event came in {} s", name,
                      std::chrono::floor<std::chrono::seconds>(time_limit).count()),
          {restart_rsyslog(gateway, rsyslog)}};
}

}  // namespace wgaudit
