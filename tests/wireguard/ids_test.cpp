#include "wgaudit/wireguard/ids.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace wgaudit::ids_test {
namespace {

TEST(ParseInterfaceName, TakesEveryNameThatTheKernelAllows) {
  for (const std::string_view name :
       {"wg0", "a", "abcdefghijklmno", "wireguard", "Peer", "[1]", "...", "we\\ird", "üml", "%s%n",
        "\"'$(x)", "wg-\xe4\xff", "\x1b[m", "\x01\x7f", "wg\x85"}) {
    const auto parsed = parse_interface_name(name);
    ASSERT_TRUE(parsed) << name;
    EXPECT_EQ(parsed->view(), name);
    EXPECT_FALSE(parsed->empty());
  }
}

TEST(ParseInterfaceName, RefusesTheRest) {
  for (const std::string_view name :
       {"", ".", "..", "abcdefghijklmnop", "wg/0", "wg:0", "wg 0", "wg\t0", "wg\n0", "wg\v0",
        "wg\f0", "wg\r0", "wg\xa0", "\xc3\xa0"}) {
    EXPECT_FALSE(parse_interface_name(name)) << name;
  }
  EXPECT_FALSE(parse_interface_name(std::string_view("wg\0", 3)));
}

TEST(InterfaceName, IsComparedAndHashedByItsBytes) {
  const auto wg0 = *parse_interface_name("wg0");
  EXPECT_EQ(wg0, *parse_interface_name(std::string("wg") + "0"));
  EXPECT_NE(wg0, *parse_interface_name("wg"));
  EXPECT_LT(wg0, *parse_interface_name("wg1"));
  EXPECT_EQ(std::hash<InterfaceName>{}(wg0),
            std::hash<InterfaceName>{}(*parse_interface_name("wg0")));
  EXPECT_TRUE(InterfaceName{}.empty());
}

}  // namespace
}  // namespace wgaudit::ids_test
