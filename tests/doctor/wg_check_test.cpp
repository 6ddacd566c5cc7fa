#include "doctor/wg_check.hpp"

#include <gtest/gtest.h>

#include "doctor/fixture.hpp"
#include "shell/system/privileges.hpp"

namespace wgaudit::wg_check_test {
namespace {

/// A copy of fake_wg that does what `mode` says.
class WgCheck : public testing::Test {
 protected:
  Check check(const std::string& mode) {
    const auto wg = machine.gateway.root / "wg";
    if (!std::filesystem::exists(wg)) {
      std::filesystem::copy_file(WGAUDIT_SOURCE "/tests/support/fake_wg", wg);
    }
    machine.write("/mode", mode + "\n");
    machine.gateway.settings.wg = wg;
    return check_wg(machine.gateway, read_wg(machine.gateway));
  }

  Fixture machine;
};

TEST_F(WgCheck, NamesTheInterfacesAndNoKey) {
  machine.write("/dump",
                "wg0\tyAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\t"
                "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\t51820\toff\n"
                "wg1\t(none)\t(none)\t0\toff\n");
  EXPECT_EQ(to_text(check("print")), "ok          wg             permitted: wg0, wg1");
  machine.write("/dump", "");
  EXPECT_EQ(to_text(check("print")), "ok          wg             permitted; there is no interface");
}

TEST_F(WgCheck, TellsWhatWgSaid) {
  machine.write("/dump", "");
  EXPECT_EQ(to_text(check("partial")), "broken      wg             wg cannot read wg9");
  EXPECT_EQ(to_text(check("crash")), "broken      wg             wg: signalled: signal 11");
  const Check denied = check("fail");
  EXPECT_EQ(denied.health, has_net_admin() ? Health::broken : Health::unknown) << denied.finding;
}

TEST_F(WgCheck, SaysThatItTakesARight) {
  WgReading reading;
  reading.failure = "wg: exit_status: exit status 1: Operation not permitted";
  reading.is_denied = true;
  const Check denied = check_wg(machine.gateway, reading);
  if (has_net_admin()) {
    EXPECT_EQ(denied.finding, reading.failure);
  } else {
    EXPECT_EQ(to_text(denied),
              "cannot tell wg             not permitted without CAP_NET_ADMIN\n"
              "    sudo wgaudit doctor");
  }
}

TEST_F(WgCheck, PrintsTheCureForAProgramThatIsNotTrusted) {
  check("print");
  const auto wg = machine.gateway.settings.wg;
  std::filesystem::permissions(wg, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(to_text(check("print")), "broken      wg             " + wg.string() +
                                         ": others can write it and so replace the program\n"
                                         "    chmod go-w " +
                                         wg.string());
}

TEST_F(WgCheck, SaysInWordsWhatNoCommandMends) {
  machine.gateway.settings.wg = "/no/such/wg";
  EXPECT_EQ(to_text(check_wg(machine.gateway, read_wg(machine.gateway))),
            "broken      wg             /no/such/wg: No such file or directory; check the path");
}

}  // namespace
}  // namespace wgaudit::wg_check_test
