#include "doctor/kernel_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include "doctor/fixture.hpp"

namespace wgaudit::kernel_checks_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string off = "drivers/net/wireguard/device.c:399 [wireguard]wg_newlink =_ \"x\"\n";
const std::string on = "drivers/net/wireguard/device.c:399 [wireguard]wg_newlink =p \"x\"\n";

void load(const Fixture& machine, const std::string& module) {
  machine.write("/sys/module/" + module + "/initstate", "live\n");
}

void offer_module(const Fixture& machine) {
  utsname kernel{};
  ::uname(&kernel);
  machine.write(std::string("/lib/modules/") + kernel.release + "/modules.dep",
                "kernel/drivers/net/wireguard/wireguard.ko: kernel/net/ipv4/udp_tunnel.ko\n");
}

void expect(const Check& check, Health health, const std::string& finding,
            const std::vector<std::string>& cure = {}) {
  EXPECT_EQ(to_text(check.health), to_text(health)) << check.finding;
  EXPECT_EQ(check.finding, finding);
  EXPECT_EQ(check.cure, cure);
}

TEST(ModuleCheck, TellsLoadedFromLoadableAndFromNone) {
  const Fixture none;
  expect(check_module(none.gateway), Health::broken,
         "this kernel has no WireGuard: boot one that has");
  offer_module(none);
  expect(check_module(none.gateway), Health::broken, "wireguard is not loaded",
         {"modprobe wireguard"});
  const Fixture loaded;
  load(loaded, "wireguard");
  expect(check_module(loaded.gateway), Health::ok, "wireguard: loaded");
  load(loaded, "amneziawg");
  expect(check_module(loaded.gateway), Health::ok, "wireguard, amneziawg: loaded");
  const Fixture built_in;
  built_in.make_folder("/sys/module/wireguard");
  expect(check_module(built_in.gateway), Health::ok, "wireguard: built in");
}

TEST(DynamicDebugCheck, CountsSites) {
  const struct {
    const char* module;
    std::string control;
    Health health;
    const char* finding;
  } rows[] = {
      {"wireguard", on + on, Health::ok, "all 2 sites are on"},
      {"wireguard", on + off + off, Health::broken,
       "2 of 3 sites are off: their lines are not printed"},
      {"wireguard", "net/a.c:1 [a]f =_ \"x\"\n", Health::broken,
       "this kernel's module has none: wgaudit works from dumps alone, boot another kernel"},
      {nullptr, "net/a.c:1 [a]f =_ \"x\"\n", Health::unknown,
       "the module is not loaded: mend that first"},
  };
  for (const char* const control :
       {"/proc/dynamic_debug/control", "/sys/kernel/debug/dynamic_debug/control"}) {
    for (const auto& row : rows) {
      const Fixture machine;
      if (row.module != nullptr) load(machine, row.module);
      machine.write(control, row.control);
      const Check check = check_dynamic_debug(machine.gateway);
      expect(check, row.health, row.finding, check.cure);
      if (check.finding.find("are off") == std::string::npos) {
        EXPECT_THAT(check.cure, IsEmpty());
      } else {
        EXPECT_THAT(check.cure,
                    ElementsAre(std::string("echo 'module wireguard +p' > ") + control));
      }
    }
  }
}

TEST(DynamicDebugCheck, TellsAKernelWithoutFromOneThatHidesIt) {
  const Fixture machine;
  expect(check_dynamic_debug(machine.gateway), Health::broken,
         "this kernel has none: wgaudit works from dumps alone, boot another kernel");
  machine.make_folder("/proc/dynamic_debug/control");  // which cannot be read, whoever asks
  expect(check_dynamic_debug(machine.gateway), Health::unknown,
         "/proc/dynamic_debug/control: Is a directory", {"sudo wgaudit doctor"});
}

TEST(DebugAtLoadCheck, LooksWhereModprobeAndTheKernelDo) {
  const std::string cure = "echo 'options wireguard dyndbg=+p' >> /etc/modprobe.d/wgaudit.conf";
  const struct {
    const char* file;
    const char* text;
    Health health;
    const char* finding;
  } rows[] = {
      {"/etc/modprobe.d/a.conf", "# x\n options wireguard dyndbg=+p\n", Health::ok,
       "/etc/modprobe.d/a.conf switches it on"},
      {"/usr/lib/modprobe.d/b.conf", "options wireguard dyndbg=+p", Health::ok,
       "/usr/lib/modprobe.d/b.conf switches it on"},
      {"/proc/cmdline", "quiet wireguard.dyndbg=+p", Health::ok, "/proc/cmdline switches it on"},
      {"/etc/modprobe.d/a.conf", "#options wireguard dyndbg=+p\n", Health::broken,
       "off again after the next load or boot"},
      {"/etc/modprobe.d/a.conf.old", "options wireguard dyndbg=+p\n", Health::broken,
       "off again after the next load or boot"},
      {"/etc/modprobe.d/a.conf", "options other dyndbg=+p\n", Health::broken,
       "off again after the next load or boot"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const Fixture machine;
    machine.write(row.file, row.text);
    const bool is_broken = row.health == Health::broken;
    expect(check_debug_at_load(machine.gateway), row.health, row.finding,
           is_broken ? std::vector{cure} : std::vector<std::string>());
  }
}

TEST(DebugAtLoadCheck, IsAboutTheModulesThatAreLoaded) {
  const Fixture machine;
  load(machine, "amneziawg");
  machine.write("/etc/modprobe.d/a.conf", "options wireguard dyndbg=+p\n");
  EXPECT_THAT(check_debug_at_load(machine.gateway).cure,
              ElementsAre("echo 'options amneziawg dyndbg=+p' >> /etc/modprobe.d/wgaudit.conf"));
  const Fixture built_in;
  built_in.make_folder("/sys/module/wireguard");
  expect(check_debug_at_load(built_in.gateway), Health::broken,
         "wireguard is built in: boot with wireguard.dyndbg=+p");
}

TEST(RateLimitCheck, WantsABudgetThatAHundredPeersDoNotUseUp) {
  const std::vector<std::string> cure = {
      "sysctl -w net.core.message_burst=1000",
      "echo 'net.core.message_burst = 1000' > /etc/sysctl.d/60-wgaudit.conf"};
  const struct {
    const char* cost;
    const char* burst;
    Health health;
    const char* finding;
  } rows[] = {
      {"5\n", "10\n", Health::broken, "10 messages in 5 s, shared with all networking messages"},
      {"5\n", "999\n", Health::broken, "999 messages in 5 s, shared with all networking messages"},
      {"5\n", "1000\n", Health::ok, "1000 messages in 5 s"},
      {"0\n", "10\n", Health::ok, "message_cost is 0: none"},
      {"5\n", nullptr, Health::unknown, "not shown here, in a network namespace of its own"},
  };
  for (const auto& row : rows) {
    const Fixture machine;
    machine.write("/proc/sys/net/core/message_cost", row.cost);
    if (row.burst != nullptr) machine.write("/proc/sys/net/core/message_burst", row.burst);
    expect(check_rate_limit(machine.gateway), row.health, row.finding,
           row.health == Health::broken ? cure : std::vector<std::string>());
  }
}

}  // namespace
}  // namespace wgaudit::kernel_checks_test
