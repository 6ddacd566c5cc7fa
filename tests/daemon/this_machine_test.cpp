#include "daemon/this_machine.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace wgaudit::this_machine_test {
namespace {

TEST(Machine, SaysWhetherTheModulesMessagesAreOn) {
  const TemporaryFolder folder;
  EXPECT_EQ(dynamic_debug_now(folder.path() / "absent"), std::nullopt);
  EXPECT_EQ(dynamic_debug_now(folder.write(
                "control", "drivers/net/wireguard/peer.c:204 [wireguard]kref_release =p \"x\"\n")),
            DynamicDebug::on);
}

TEST(Machine, TellsALoadOfTheModuleFromTheNext) {
  const TemporaryFolder folder;
  EXPECT_EQ(module_load_now(folder.path()), std::nullopt);
  std::filesystem::create_directory(folder.path() / "wireguard");
  const auto first = module_load_now(folder.path());
  EXPECT_TRUE(first);
  EXPECT_EQ(module_load_now(folder.path()), first);
  std::filesystem::rename(folder.path() / "wireguard", folder.path() / "gone");
  std::filesystem::create_directory(folder.path() / "wireguard");
  EXPECT_NE(module_load_now(folder.path()), first);
}

TEST(Machine, HasABootId) {
  EXPECT_EQ(this_machine().boot_id.size(), 36U);
  EXPECT_FALSE(this_machine().hostname.empty());
}

}  // namespace
}  // namespace wgaudit::this_machine_test
