#include "wgaudit/wireguard/network.hpp"

#include <gtest/gtest.h>

namespace wgaudit::network_test {
namespace {

TEST(Network, HoldsTheAddressesThatBeginWithItsBits) {
  const struct {
    const char* network;
    const char* address;
    bool holds;
  } rows[] = {
      {"10.1.0.0/16", "10.1.255.255", true},
      {"10.1.0.0/16", "10.2.0.0", false},
      {"10.1.0.0/20", "10.1.15.1", true},
      {"10.1.0.0/20", "10.1.16.1", false},
      {"10.1.0.7", "10.1.0.7", true},
      {"10.1.0.7", "10.1.0.8", false},
      {"0.0.0.0/0", "203.0.113.7", true},
      {"0.0.0.0/0", "::1", false},
      {"2001:db8::/33", "2001:db8::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::/0", "fe80::1", true},
      {"::ffff:0:0/96", "10.1.0.7", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(parse_network(row.network)->contains(*parse_ip_address(row.address)), row.holds)
        << row.network << " " << row.address;
  }
}

TEST(Network, IsNoneWhereItsLengthDoesNotFitItsAddress) {
  for (const char* text :
       {"", "/", "10.1", "10.1.0.0/", "10.1.0.0/33", "10.1.0.0/-1", "10.1.0.7/16", "10.1.0.0/16/1",
        "::/129", "fe80::1/64", "10.1.0.0/16 "}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

TEST(Network, KnowsHowAllOfItsAddressesAreSpeltAtFirst) {
  const struct {
    const char* network;
    const char* text;
  } rows[] = {
      {"10.1.0.7", "10.1.0.7"},
      {"10.1.0.0/16", "10.1."},
      {"10.1.16.0/20", "10.1."},
      {"10.0.0.0/7", ""},
      {"0.0.0.0/0", ""},
      {"fe80::1", "fe80::1"},
      {"2001:db8::/32", "2001:db8:"},
      {"2001:db8::/64", "2001:db8:"},
      {"2001:db8:2::/47", "2001:db8:"},
      {"::ffff:0:0/96", ""},
      {"2001:db8:1:2:3:4:5:0/112", "2001:db8:1:2:3:4:5:"},
  };
  for (const auto& row : rows) {
    const auto network = parse_network(row.network);
    ASSERT_TRUE(network) << row.network;
    EXPECT_EQ(common_text(*network), row.text) << row.network;
  }
}

}  // namespace
}  // namespace wgaudit::network_test
