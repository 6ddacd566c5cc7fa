#include "wgaudit/wireguard/endpoint.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wgaudit::endpoint_test {
namespace {

TEST(ParseEndpoint, ReadsTheSpellingsOfTheKernelAndOfWg) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view want;  // as `wg` spells it
  } rows[] = {
      {"IPv4", "203.0.113.7:51820", "203.0.113.7:51820"},
      {"port 0", "0.0.0.0:0", "0.0.0.0:0"},
      {"highest port", "255.255.255.255:65535", "255.255.255.255:65535"},
      {"IPv6 of wg", "[2001:db8::1]:51820", "[2001:db8::1]:51820"},
      {"IPv6 of the kernel", "[2001:db8::1]:51820/0%0", "[2001:db8::1]:51820"},
      {"flow label", "[2001:db8::1]:51820/1048575%0", "[2001:db8::1]:51820"},
      {"zone of wg", "[fe80::1%eth0]:40001", "[fe80::1%eth0]:40001"},
      {"zone of the kernel", "[fe80::2868:c7ff:fe40:2f19]:1002/0%2",
       "[fe80::2868:c7ff:fe40:2f19%2]:1002"},
      {"zone of 15 characters", "[fe80::1%abcdefghijklmno]:1", "[fe80::1%abcdefghijklmno]:1"},
      {"zone with a percent sign", "[fe80::1%a%b]:1", "[fe80::1%a%b]:1"},
      {"zone with brackets", "[fe80::1%[a]b]]:1", "[fe80::1%[a]b]]:1"},
      {"uncompressed", "[2001:0db8:0000:0000:0000:0000:0000:0001]:1", "[2001:db8::1]:1"},
      {"large letters", "[2001:DB8::A]:1", "[2001:db8::a]:1"},
      {"v4-mapped", "[::ffff:10.0.0.2]:77/0%0", "[::ffff:10.0.0.2]:77"},
      {"any address", "[::]:1", "[::]:1"},
      {"none of wg", "(none)", "(none)"},
      {"none of the kernel", "(einval)", "(none)"},
      {"none of kernels before 5.2", "(invalid address)", "(none)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto endpoint = parse_endpoint(row.text);
    ASSERT_TRUE(endpoint);
    EXPECT_EQ(to_text(*endpoint), row.want);
    const auto again = parse_endpoint(to_text(*endpoint));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, *endpoint);
    EXPECT_EQ(again->zone_view(), endpoint->zone_view());
  }
}

TEST(ParseEndpoint, RefusesWhatIsNone) {
  const std::string_view rows[] = {
      "",
      "203.0.113.7",
      "203.0.113.7:",
      "203.0.113.7:65536",
      "203.0.113.7:-1",
      "203.0.113.7:+1",
      "203.0.113.7: 1",
      "203.0.113.7:1 ",
      "203.0.113.7:1/0%0",
      "203.0.113.256:1",
      "203.0.113:1",
      "203.0.113.7.1:1",
      "203.0.113.07:1",
      ":51820",
      "gw.example.com:51820",
      "2001:db8::1:51820",
      "[2001:db8::1]",
      "[2001:db8::1]:",
      "[2001:db8::1]51820",
      "[2001:db8::1:51820",
      "[2001:db8::1]:65536",
      "[2001:db8::1]:51820/",
      "[2001:db8::1]:51820/0",
      "[2001:db8::1]:51820/0%",
      "[2001:db8::1]:51820/%0",
      "[2001:db8::1]:51820/0%eth0",
      "[2001:db8::1]:51820/4294967296%0",
      "[2001:db8::1]:51820/0%4294967296",
      "[2001:db8::1]:51820/0%0 ",
      "[2001:db8::1]:51820%0",
      "[2001:db8::g]:51820",
      "[2001:db8::1::2]:51820",
      "[203.0.113.7]:51820",
      "[]:51820",
      "[fe80::1%]:51820",
      "[fe80::1%abcdefghijklmnop]:51820",
      "[fe80::1%eth0]:51820/0%2",
      "(none",
      "none",
      "(einval) ",
      "Name or service not known",
  };
  for (const auto text : rows) EXPECT_FALSE(parse_endpoint(text)) << text;
  EXPECT_FALSE(parse_endpoint(std::string_view("1.2.3.4\0:1", 10)));
}

TEST(Endpoint, IsEqualHoweverItIsSpelt) {
  const struct {
    const char* name;
    std::string_view kernel;
    std::string_view wg;
  } rows[] = {
      {"IPv4", "203.0.113.7:51820", "203.0.113.7:51820"},
      {"IPv6", "[2001:db8::1]:51820/0%0", "[2001:db8::1]:51820"},
      {"ISATAP", "[fe80::5efe:10.0.0.2]:1/0%0", "[fe80::5efe:a00:2]:1"},
      {"IPv4-compatible", "[::102:304]:1/0%0", "[::1.2.3.4]:1"},
      {"v4-mapped", "[::ffff:10.0.0.2]:1/0%0", "[::ffff:10.0.0.2]:1"},
      {"zone as number and as name", "[fe80::1]:40001/0%2", "[fe80::1%vns1]:40001"},
      {"none", "(einval)", "(none)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto kernel = parse_endpoint(row.kernel);
    const auto wg = parse_endpoint(row.wg);
    ASSERT_TRUE(kernel && wg);
    EXPECT_EQ(*kernel, *wg);
    EXPECT_EQ(std::hash<Endpoint>{}(*kernel), std::hash<Endpoint>{}(*wg));
  }
}

TEST(Endpoint, DiffersInAddressAndPort) {
  const auto endpoint = parse_endpoint("10.0.0.2:77");
  for (const auto other : {"10.0.0.2:78", "10.0.0.3:77", "[::ffff:10.0.0.2]:77", "(none)",
                           "[a00:2::]:77"}) {  // the last begins with the bytes of 10.0.0.2
    EXPECT_NE(endpoint, parse_endpoint(other)) << other;
  }
}

TEST(Endpoint, IsNoneOnlyWithoutAddress) {
  EXPECT_TRUE(Endpoint{}.is_none());
  EXPECT_TRUE(parse_endpoint("(einval)")->is_none());
  EXPECT_FALSE(parse_endpoint("0.0.0.0:0")->is_none());
  EXPECT_FALSE(parse_endpoint("[::]:0")->is_none());
}

TEST(ParseIpAddress, ReadsBothFamilies) {
  const struct {
    std::string_view text;
    std::string_view want;
  } rows[] = {
      {"10.200.0.250", "10.200.0.250"},
      {"fd99:0000:0000:0000:0000:0000:0000:0250", "fd99::250"},
      {"fd09::66", "fd09::66"},
      {"::", "::"},
      {"0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255"},
  };
  for (const auto& row : rows) {
    const auto address = parse_ip_address(row.text);
    ASSERT_TRUE(address) << row.text;
    EXPECT_EQ(to_text(*address), row.want);
    EXPECT_EQ(parse_ip_address(row.want), address);
  }
  EXPECT_EQ(to_text(IpAddress{}), "");
}

TEST(ParseIpAddress, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "10.0.0", "10.0.0.0/8", "1.2.3.4 ", "fd09::66%1", "[::1]",
        "12345::", "0000:0000:0000:0000:0000:0000:255.255.255.2555"}) {
    EXPECT_FALSE(parse_ip_address(text)) << text;
  }
  EXPECT_FALSE(parse_ip_address(std::string_view("1.2.3.4\0x", 9)));
}

TEST(ParseIpAddress, ReadsIpv4AsTheLibraryDoes) {
  // Every text of up to nine of these, which has addresses from 0.0.0.0 on, and longer ones.
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size() && texts[i].size() < 9; ++i) {
    for (const char c : {'0', '2', '.'}) texts.push_back(texts[i] + c);
  }
  for (const char* const number :
       {"0",   "00",  "1",   "01",  "9",   "10",         "99",  "100", "199",
        "200", "249", "250", "255", "256", "260",        "300", "999", "1000",
        "-1",  "+1",  " 1",  "1 ",  "0x1", "4294967297", ""}) {
    texts.push_back(std::string(number) + ".1.2.3");
    texts.push_back("1.2.3." + std::string(number));
    texts.push_back("255.255." + std::string(number) + ".255");
  }
  std::size_t valid = 0;
  for (const std::string& text : texts) {
    IpAddress expected;
    expected.family = AddressFamily::ipv4;
    const bool is_valid = ::inet_pton(AF_INET, text.c_str(), expected.bytes.data()) == 1;
    const auto address = parse_ip_address(text);
    ASSERT_EQ(address.has_value(), is_valid) << text;
    if (!is_valid) continue;
    ++valid;
    EXPECT_EQ(*address, expected) << text;
    EXPECT_EQ(to_text(*address), text);
  }
  EXPECT_GT(valid, 50U);
}

}  // namespace
}  // namespace wgaudit::endpoint_test
