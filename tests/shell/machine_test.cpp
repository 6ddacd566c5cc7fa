#include "shell/machine.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace wgaudit {
namespace {

TEST(Machine, SaysWhetherTheModulesMessagesAreOn) {
  const TemporaryFolder folder;
  EXPECT_EQ(dynamic_debug_now(folder.path() / "absent"), std::nullopt);
  EXPECT_EQ(dynamic_debug_now(folder.write(
                "control", "drivers/net/wireguard/peer.c:204 [wireguard]kref_release =p \"x\"\n")),
            DynamicDebug::on);
}

TEST(Machine, HasABootId) {
  EXPECT_EQ(this_machine().boot_id.size(), 36U);
  EXPECT_FALSE(this_machine().hostname.empty());
}

}  // namespace
}  // namespace wgaudit
