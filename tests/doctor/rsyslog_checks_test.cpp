#include "doctor/rsyslog_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/fixture.hpp"

namespace wgaudit::rsyslog_checks_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr RsyslogVersion bookworm{8, 2302};
constexpr RsyslogVersion trixie{8, 2504};

/// An rsyslogd that runs, and its configuration.
Rsyslog running(const Fixture& machine, std::string_view config,
                RsyslogVersion version = bookworm) {
  machine.write("/etc/rsyslog.conf", config);
  return {Process{47, "rsyslogd"},
          {"-n"},
          read_rsyslog_config(machine.gateway, "/etc/rsyslog.conf"),
          version};
}

constexpr std::string_view restart =
    "kill 47; while kill -0 47 2>/dev/null; do sleep 1; done; rsyslogd";

TEST(RsyslogVersionText, IsThatOfRsyslogd) {
  EXPECT_EQ(parse_rsyslog_version("rsyslogd  8.2302.0 (aka 2023.02) compiled with:\n"), bookworm);
  EXPECT_EQ(parse_rsyslog_version("rsyslogd 8.24.0-57.el7_9.3, compiled with:"),
            RsyslogVersion(8, 24));
  for (const char* const text : {"", "rsyslogd", "rsyslogd x.y", "syslog-ng 4.1"}) {
    EXPECT_EQ(parse_rsyslog_version(text), std::nullopt) << text;
  }
}

TEST(RsyslogCheck, TellsOneThatRunsFromOneThatDoesNotAndNone) {
  const Fixture machine;
  Rsyslog rsyslog = running(machine, "");
  EXPECT_EQ(to_text(check_rsyslog(machine.gateway, rsyslog)),
            "ok          rsyslog        runs, PID 47");
  rsyslog.process.reset();
  EXPECT_EQ(to_text(check_rsyslog(machine.gateway, rsyslog)),
            "broken      rsyslog        does not run\n    rsyslogd");
  rsyslog.version.reset();
  EXPECT_EQ(to_text(check_rsyslog(machine.gateway, rsyslog)),
            "broken      rsyslog        is not installed\n    apt-get install -y rsyslog");
}

TEST(RsyslogCheck, FindsTheProcessAndTheFileItReads) {
  const Fixture machine;
  machine.write("/proc/12/comm", "bash\n");
  machine.write("/proc/47/comm", "rsyslogd\n");
  machine.write("/proc/47/cmdline", std::string("rsyslogd\0-n\0-f\0/etc/other.conf\0", 31));
  machine.write("/etc/other.conf", "kern.* @127.0.0.1:9999\n");
  const Rsyslog rsyslog = look_at_rsyslog(machine.gateway);
  ASSERT_TRUE(rsyslog.process);
  EXPECT_EQ(rsyslog.process->pid, 47);
  EXPECT_EQ(check_rule(machine.gateway, rsyslog).finding, "/etc/other.conf forwards to us");
  EXPECT_EQ(restart_rsyslog(machine.gateway, rsyslog),
            std::string(restart) + " -f /etc/other.conf");
}

TEST(RsyslogCheck, RestartsTheServiceWhereSystemdRuns) {
  const Fixture machine;
  machine.make_folder("/run/systemd/system");
  EXPECT_EQ(restart_rsyslog(machine.gateway, running(machine, "")), "systemctl restart rsyslog");
}

TEST(KernelInputCheck, WantsImklogOrImjournal) {
  const Fixture machine;
  const auto check = [&](std::string_view config) {
    return check_kernel_input(machine.gateway, running(machine, config));
  };
  EXPECT_EQ(check("$ModLoad imklog\n").finding, "imklog, by /etc/rsyslog.conf");
  EXPECT_EQ(check("module(load=\"imjournal\")\n").finding, "imjournal, by /etc/rsyslog.conf");
  const Check none = check("module(load=\"imuxsock\")\n$IncludeConfig /etc/rsyslog.d/*.conf\n");
  EXPECT_EQ(none.health, Health::broken);
  EXPECT_THAT(none.cure, ElementsAre("echo 'module(load=\"imklog\" keepKernelTimestamp=\"on\")' "
                                     "> /etc/rsyslog.d/05-imklog.conf",
                                     restart));
  EXPECT_THAT(check("").cure.front(), testing::EndsWith(">> /etc/rsyslog.conf"));
  const Rsyslog hidden{{}, {}, read_rsyslog_config(machine.gateway, "/no"), bookworm};
  const Check unknown = check_kernel_input(machine.gateway, hidden);
  EXPECT_EQ(to_text(unknown),
            "cannot tell kernel input   /no cannot be read\n    sudo wgaudit doctor");
}

TEST(KernelStampsCheck, KnowsWhatEachVersionDoes) {
  constexpr const char* kept = "imklog keeps them";
  constexpr const char* kept_by_age = "imklog keeps them, as all before 8.2312";
  constexpr const char* dropped = "imklog drops them: identity is not proven by order";
  const std::string add = "sed -i -e 's/load *= *\"imklog\"/& keepKernelTimestamp=\"on\"/I' \\";
  const struct {
    const char* config;
    RsyslogVersion version;
    Health health;
    const char* finding;
    std::string cure;  // its first line
  } rows[] = {
      {"module(load=\"imklog\")", bookworm, Health::ok, kept_by_age, ""},
      {"module(load=\"imklog\")", trixie, Health::broken, dropped, add},
      {"module(load=\"imklog\")", {8, 2312}, Health::broken, dropped, add},
      {"module(load=\"imklog\")", {8, 2310}, Health::ok, kept_by_age, ""},
      {"$ModLoad imklog", trixie, Health::broken, dropped, add},
      {"module(load=\"imklog\" KeepKernelTimestamp=\"on\")", trixie, Health::ok, kept, ""},
      {"module(load=\"imklog\" parseKernelTimestamp=\"on\")", bookworm, Health::broken, dropped,
       add},
      {"module(load=\"imklog\" parseKernelTimestamp=\"on\" keepKernelTimestamp=\"on\")", bookworm,
       Health::ok, kept, ""},
      {"module(load=\"imklog\" keepKernelTimestamp=\"off\")", trixie, Health::broken, dropped,
       "sed -i 's/\\(keepKernelTimestamp *= *\\)\"[a-z0-9]*\"/\\1\"on\"/I' /etc/rsyslog.conf"},
      {"module(load=\"imjournal\")", trixie, Health::broken,
       "imjournal has none: identity is not proven by order",
       "echo 'module(load=\"imklog\" keepKernelTimestamp=\"on\")' >> /etc/rsyslog.conf"},
      {"", trixie, Health::unknown, "there is no kernel input", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.config);
    const Fixture machine;
    machine.write("/sys/module/printk/parameters/time", "Y\n");
    const Check check =
        check_kernel_stamps(machine.gateway, running(machine, row.config, row.version));
    EXPECT_EQ(to_text(check.health), to_text(row.health));
    EXPECT_EQ(check.finding, row.finding);
    EXPECT_EQ(check.cure.empty() ? "" : check.cure.front(), row.cure);
    EXPECT_TRUE(check.cure.empty() || check.cure.back() == restart);
  }
}

TEST(KernelStampsCheck, CannotTellWithoutTheVersion) {
  const Fixture machine;
  Rsyslog rsyslog = running(machine, "$ModLoad imklog");
  rsyslog.version.reset();
  EXPECT_EQ(to_text(check_kernel_stamps(machine.gateway, rsyslog)),
            "cannot tell kernel stamps  depends on rsyslog's version");
}

TEST(KernelStampsCheck, WantsTheKernelToPrintThem) {
  const Fixture machine;
  machine.write("/sys/module/printk/parameters/time", "N\n");
  EXPECT_EQ(to_text(check_kernel_stamps(machine.gateway, running(machine, "$ModLoad imklog"))),
            "broken      kernel stamps  the kernel prints none\n"
            "    echo Y > /sys/module/printk/parameters/time");
}

TEST(RuleCheck, ReachesUsWhereverWeListen) {
  const struct {
    const char* config;
    const char* address;
    const char* unix_socket;
    bool reaches;
  } rows[] = {
      {"kern.* @127.0.0.1:9999", "127.0.0.1", "", true},
      {"kern.* @localhost:9999", "127.0.0.1", "", true},
      {"kern.* @[::1]:9999", "::1", "", true},
      {"kern.* @192.0.2.1:9999", "0.0.0.0", "", true},
      {"action(type=\"omfwd\" target=\"127.0.0.1\" port=\"9999\" protocol=\"udp\")", "127.0.0.1",
       "", true},
      {"$OMUxSockSocket /run/w", "127.0.0.1", "/run/w", true},
      {"$OMUxSockSocket /run/w", "127.0.0.1", "", false},
      {"kern.* @127.0.0.1:9998", "127.0.0.1", "", false},
      {"kern.* @127.0.0.2:9999", "127.0.0.1", "", false},
      {"kern.* @@127.0.0.1:9999", "127.0.0.1", "", false},
      {"action(type=\"omfwd\" target=\"127.0.0.1\" port=\"9999\" protocol=\"tcp\")", "127.0.0.1",
       "", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.config);
    Fixture machine;
    machine.gateway.settings.listen_address = row.address;
    machine.gateway.settings.listen_unix = row.unix_socket;
    const Check check = check_rule(machine.gateway, running(machine, row.config));
    EXPECT_EQ(to_text(check.health), row.reaches ? "ok" : "broken") << check.finding;
  }
}

TEST(RuleCheck, PrintsARuleForOurPortAndInput) {
  Fixture machine;
  machine.gateway.settings.listen_port = 9998;
  const Check check = check_rule(
      machine.gateway, running(machine,
                               "module(load=\"imjournal\")\n$IncludeConfig /etc/r.d/*.conf\n"
                               "kern.* @127.0.0.1:9999\n"));
  EXPECT_EQ(to_text(check),
            R"(broken      rule           none forwards to 127.0.0.1:9998, but one to 127.0.0.1:9999
    printf '%s\n' '$RepeatedMsgReduction off' \
      'if ($inputname == "imjournal" and $!_TRANSPORT == "kernel") and' \
      '   ($msg contains "wireguard:" or $msg contains "amneziawg:" or' \
      '    $msg contains ": renamed from " or $msg contains "net_ratelimit:") then {' \
      '  action(type="omfwd" target="127.0.0.1" port="9998" protocol="udp"' \
      '         template="RSYSLOG_SyslogProtocol23Format")' \
      '  if $syslogseverity == 7 then stop' '}' \
      > /etc/r.d/10-wgaudit.conf
    )" + std::string(restart));
}

TEST(RuleCheck, CannotTellWhereAFileIsHidden) {
  const Fixture machine;
  const Rsyslog hidden{{}, {}, read_rsyslog_config(machine.gateway, "/no"), bookworm};
  EXPECT_EQ(to_text(check_rule(machine.gateway, hidden)),
            "cannot tell rule           /no cannot be read\n    sudo wgaudit doctor");
}

}  // namespace
}  // namespace wgaudit::rsyslog_checks_test
