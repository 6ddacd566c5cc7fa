#include "wgaudit/wireguard/dynamic_debug.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wgaudit::dynamic_debug_test {
namespace {

TEST(DynamicDebug, IsReadFromTheKernelsList) {
  const std::string other = "net/core/dev.c:2043 [dev]__netif_skip =_ \"%s\\012\"\n";
  const std::string on =
      "drivers/net/wireguard/noise.c:847 [wireguard]wg_noise_handshake_begin_session =p "
      "\"%s: Keypair %llu created for peer %llu\\012\"\n";
  const std::string with_prefix =
      "drivers/net/wireguard/peer.c:204 [wireguard]kref_release =pmflt \"%s: Peer %llu "
      "(%pISpfsc) destroyed\\012\"\n";
  const std::string off =
      "drivers/net/wireguard/device.c:399 [wireguard]wg_newlink =_ \"%s: Interface "
      "created\\012\"\n";
  const struct {
    const char* name;
    std::string control;
    std::optional<DynamicDebug> state;
  } rows[] = {
      {"nothing", "", std::nullopt},
      {"the module is not loaded", "# filename:lineno [module]function flags format\n" + other,
       std::nullopt},
      {"all on", other + on + with_prefix, DynamicDebug::on},
      {"all off", off + other, DynamicDebug::off},
      {"some on", on + off, DynamicDebug::partial},
      {"flags without print",
       "drivers/net/wireguard/peer.c:204 [wireguard]kref_release =mt \"p\"\n", DynamicDebug::off},
      {"another module that speaks of it", "a.c:1 [a]f =p \"%s [wireguard]\\012\"\n", std::nullopt},
      {"AmneziaWG", "drivers/net/amneziawg/peer.c:204 [amneziawg]kref_release =p \"x\"\n",
       DynamicDebug::on},
      {"cut off", "drivers/net/wireguard/peer.c:204 [wireguard]kref_rel", std::nullopt},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(read_dynamic_debug(row.control), row.state);
  }
}

TEST(DynamicDebug, HasNames) {
  for (const DynamicDebug state : {DynamicDebug::off, DynamicDebug::partial, DynamicDebug::on}) {
    EXPECT_EQ(parse_dynamic_debug(to_text(state)), state);
  }
  EXPECT_EQ(parse_dynamic_debug("maybe"), std::nullopt);
}

}  // namespace
}  // namespace wgaudit::dynamic_debug_test
