#include "shell/intake/port_owners.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wgaudit::port_owners_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::uint32_t nobody = 65534;

/// A socket that shares the port, where it is not 0, with others of its kind.
class Bound {
 public:
  explicit Bound(std::uint16_t port, int family = AF_INET)
      : socket_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_v4 = family == AF_INET;
    const auto* const address =
        is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
    is_bound_ = ::bind(socket_.get(), address, is_v4 ? sizeof v4 : sizeof v6) == 0;
  }

  bool is_bound() const { return is_bound_; }

  std::uint16_t port() const {
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin6_port);
  }

 private:
  FileDescriptor socket_;
  bool is_bound_ = false;
};

TEST(PortOwners, FindsWhoMadeASocketAsLongAsItIsOpen) {
  PortOwners owners;
  std::uint16_t port = 0;
  {
    const Bound socket(0);
    port = socket.port();
    EXPECT_THAT(owners.of(port), ElementsAre(::geteuid()));
  }
  EXPECT_THAT(owners.of(port), IsEmpty());
}

TEST(PortOwners, FindsASocketOfIpv6) {
  const Bound socket(0, AF_INET6);
  if (!socket.is_bound()) GTEST_SKIP() << "there is no IPv6";
  EXPECT_THAT(PortOwners().of(socket.port()), ElementsAre(::geteuid()));
  const auto any = boost::asio::ip::make_address("::");
  EXPECT_THAT(PortOwners().of(socket.port(), any), ElementsAre(::geteuid()));
}

TEST(PortOwners, TellsAnAddressFromAnother) {
  const Bound socket(0);
  const auto owners = [&](const char* address) {
    return PortOwners().of(socket.port(), boost::asio::ip::make_address(address));
  };
  EXPECT_THAT(owners("127.0.0.1"), ElementsAre(::geteuid()));
  EXPECT_THAT(owners("127.0.0.2"), IsEmpty());
  EXPECT_THAT(owners("::1"), IsEmpty());
}

TEST(PortOwners, FindsEverybodyWhoSharesAPort) {
  if (::geteuid() != 0) GTEST_SKIP() << "two users take root";
  const Bound socket(0);
  ASSERT_EQ(::seteuid(nobody), 0);
  const Bound second(socket.port());
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_TRUE(second.is_bound());
  EXPECT_THAT(PortOwners().of(socket.port()), UnorderedElementsAre(0U, nobody));
}

}  // namespace
}  // namespace wgaudit::port_owners_test
