#include "doctor/system_checks.hpp"

#include <fmt/format.h>
#include <sys/timex.h>

#include <cstdint>

#include "doctor/run_program.hpp"
#include "shell/system/program_path.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

/// As nft prints it: `udp dport 9999 … meta mark set 0x00005747`.
bool sets_mark(std::string_view rule, std::uint16_t port, std::uint32_t mark) {
  const auto dport = rule.find(fmt::format("udp dport {} ", port));
  const auto set = rule.find("meta mark set 0x");
  if (dport == std::string_view::npos || set == std::string_view::npos) return false;
  std::string_view digits = rule.substr(set + std::string_view("meta mark set 0x").size());
  return parse_number<std::uint32_t>(take_until(digits, ' '), 16) == mark;
}

std::vector<std::string> set_mark(const Settings& settings) {
  const bool is_v6 = settings.listen_address.find(':') != std::string::npos;
  return {"nft add table inet wgaudit", "nft add chain inet wgaudit output \\",
          "  '{ type filter hook output priority filter; policy accept; }'",
          fmt::format("nft add rule inet wgaudit output {} daddr {} \\", is_v6 ? "ip6" : "ip",
                      settings.listen_address),
          fmt::format("  udp dport {} meta skuid root meta mark set {:#x} accept",
                      settings.listen_port, settings.required_mark)};
}

}  // namespace

bool is_clock_synchronized() {
  timex clock{};
  return ::adjtimex(&clock) >= 0 && (clock.status & STA_UNSYNC) == 0;
}

Check check_clock(const Gateway& gateway, bool is_synchronized) {
  if (is_synchronized) return {"clock", Health::ok, "is synchronized"};
  Check check{"clock", Health::broken, "is not synchronized"};
  bool has_client = false;
  for (const char* const client : {"/usr/lib/systemd/systemd-timesyncd", "/usr/sbin/chronyd",
                                   "/lib/systemd/systemd-timesyncd", "/usr/sbin/ntpd"}) {
    has_client = has_client || gateway.has(client);
  }
  if (!has_client) check.cure.emplace_back("apt-get install -y systemd-timesyncd");
  check.cure.emplace_back("timedatectl set-ntp true");
  return check;
}

std::optional<std::string> read_firewall() {
  try {
    const ChildResult result = run_program(find_program("nft"), {"list", "ruleset"});
    if (result.end != ChildResult::End::exited || result.status != 0) return std::nullopt;
    return std::string(result.output.view());
  } catch (const SetupError&) {
    return std::nullopt;
  }
}

Check check_firewall_mark(const Gateway& gateway, const std::optional<std::string>& rules) {
  constexpr std::string_view link = "firewall mark";
  const Settings& settings = gateway.settings;
  if (settings.required_mark == 0) return {link, Health::ok, "none is required"};
  if (!rules) return {link, Health::unknown, "nft does not tell", {ask_as_root(gateway)}};
  for (std::string_view rest = *rules; !rest.empty();) {
    if (sets_mark(take_until(rest, '\n'), settings.listen_port, settings.required_mark)) {
      return {link, Health::ok, fmt::format("a rule sets {:#x}", settings.required_mark)};
    }
  }
  return {link, Health::broken,
          fmt::format("no rule sets {:#x}: all lines are refused", settings.required_mark),
          set_mark(settings)};
}

}  // namespace wgaudit
