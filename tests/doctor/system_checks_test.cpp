#include "doctor/system_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/fixture.hpp"

namespace wgaudit::system_checks_test {
namespace {

using testing::ElementsAre;

TEST(ClockCheck, IsWhatTheKernelSays) {
  const Fixture machine;
  EXPECT_EQ(check_clock(machine.gateway, true).health, Health::ok);
  EXPECT_EQ(to_text(check_clock(machine.gateway, false)),
            "broken      clock          is not synchronized\n"
            "    apt-get install -y systemd-timesyncd\n"
            "    timedatectl set-ntp true");
  machine.write("/usr/sbin/chronyd", "");
  EXPECT_THAT(check_clock(machine.gateway, false).cure, ElementsAre("timedatectl set-ntp true"));
}

constexpr std::string_view shipped =
    "table inet wgaudit {\n"
    "\tchain output {\n"
    "\t\ttype filter hook output priority filter; policy accept;\n"
    "\t\tip daddr 127.0.0.1 udp dport 9999 meta skuid @senders meta mark set 0x00005747 accept\n"
    "\t}\n"
    "}\n";

TEST(FirewallMarkCheck, WantsARuleForOurPortAndMark) {
  const struct {
    std::uint32_t mark;
    std::uint16_t port;
    std::optional<std::string> rules;
    Health health;
    const char* finding;
  } rows[] = {
      {0, 9999, std::nullopt, Health::ok, "none is required"},
      {0x5747, 9999, std::string(shipped), Health::ok, "a rule sets 0x5747"},
      {0x5747, 9998, std::string(shipped), Health::broken,
       "no rule sets 0x5747: all lines are refused"},
      {0x5748, 9999, std::string(shipped), Health::broken,
       "no rule sets 0x5748: all lines are refused"},
      {0x5747, 9999, "", Health::broken, "no rule sets 0x5747: all lines are refused"},
      {0x5747, 9999, std::nullopt, Health::unknown, "nft does not tell"},
  };
  for (const auto& row : rows) {
    Fixture machine;
    machine.gateway.settings.required_mark = row.mark;
    machine.gateway.settings.listen_port = row.port;
    const Check check = check_firewall_mark(machine.gateway, row.rules);
    EXPECT_EQ(to_text(check.health), to_text(row.health)) << row.finding;
    EXPECT_EQ(check.finding, row.finding);
  }
}

TEST(FirewallMarkCheck, PrintsTheRule) {
  Fixture machine;
  machine.gateway.settings.required_mark = 0x5747;
  machine.gateway.settings.listen_address = "::1";
  EXPECT_THAT(check_firewall_mark(machine.gateway, "").cure,
              ElementsAre("nft add table inet wgaudit", "nft add chain inet wgaudit output \\",
                          "  '{ type filter hook output priority filter; policy accept; }'",
                          "nft add rule inet wgaudit output ip6 daddr ::1 \\",
                          "  udp dport 9999 meta skuid root meta mark set 0x5747 accept"));
}

}  // namespace
}  // namespace wgaudit::system_checks_test
