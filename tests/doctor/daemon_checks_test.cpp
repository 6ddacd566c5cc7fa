#include "doctor/daemon_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <climits>

#include "doctor/fixture.hpp"

namespace wgaudit::daemon_checks_test {
namespace {

constexpr std::uint32_t nobody = 65534;

PortSocket socket_of(std::uint32_t user, std::optional<Process> owner) {
  return {user, 16U << 20U, std::move(owner)};
}

const Process daemon_process{47, "wgaudit"};
const Process netcat{48, "nc"};
const Process systemd{1, "systemd"};

TEST(PortCheck, IsOkWhereWgauditAloneHasIt) {
  const std::string start = "wgaudit run";
  const struct {
    const char* name;
    PortSockets sockets;
    Health health;
    const char* finding;
    std::vector<std::string> cure;
  } rows[] = {
      {"root's",
       {socket_of(0, daemon_process)},
       Health::ok,
       "127.0.0.1:9999: wgaudit of root, PID 47",
       {}},
      {"nobody's",
       PortSockets(),
       Health::broken,
       "nobody has 127.0.0.1:9999: the daemon does not run",
       {start}},
      {"another program's",
       {socket_of(0, netcat)},
       Health::broken,
       "nc of root, PID 48 has 127.0.0.1:9999",
       {"kill 48", start}},
      {"a user's of the same name",
       {socket_of(nobody, Process{49, "wgaudit"})},
       Health::broken,
       "wgaudit of nobody, PID 49 has 127.0.0.1:9999",
       {"kill 49", start}},
      {"hidden",
       {socket_of(0, std::nullopt)},
       Health::unknown,
       "a process of root has 127.0.0.1:9999",
       {"sudo wgaudit doctor"}},
      {"kept by systemd",
       {socket_of(0, systemd)},
       Health::broken,
       "the daemon does not run; systemd of root, PID 1 keeps 127.0.0.1:9999 for it",
       {start}},
      {"kept by systemd, and shared",
       {socket_of(0, systemd), socket_of(nobody, netcat)},
       Health::broken,
       "nc of nobody, PID 48 has 127.0.0.1:9999 as well, and may get its lines",
       {"kill 48", start}},
      {"shared",
       {socket_of(0, daemon_process), socket_of(nobody, netcat)},
       Health::broken,
       "nc of nobody, PID 48 has 127.0.0.1:9999 as well, and may get its lines",
       {"kill 48"}},
      {"shared with somebody hidden",
       {socket_of(0, daemon_process), socket_of(nobody, std::nullopt)},
       Health::broken,
       "a process of nobody has 127.0.0.1:9999 as well, and may get its lines",
       {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Fixture machine;
    machine.gateway.settings.user = "root";
    machine.gateway.settings.journal = "/nowhere";
    const Check check = check_port(machine.gateway, row.sockets);
    EXPECT_EQ(to_text(check.health), to_text(row.health));
    EXPECT_EQ(check.finding, row.finding);
    EXPECT_EQ(check.cure, row.cure);
  }
}

TEST(OwnerOfSocket, IsTheDaemonAndNotSystemdThatKeepsItsSocket) {
  const Fixture machine;
  const auto give = [&](const Process& process) {
    const auto folder = std::filesystem::path("/proc") / std::to_string(process.pid);
    machine.write(folder / "comm", process.name + "\n");
    machine.make_folder(folder / "fd");
    std::filesystem::create_symlink("socket:[4711]", machine.gateway.path(folder / "fd/3"));
  };
  EXPECT_FALSE(owner_of_socket(machine.gateway, 4711));
  give(systemd);
  EXPECT_EQ(owner_of_socket(machine.gateway, 4711)->pid, systemd.pid);
  give(daemon_process);
  EXPECT_EQ(owner_of_socket(machine.gateway, 4711)->pid, daemon_process.pid);
  EXPECT_FALSE(owner_of_socket(machine.gateway, 4712));
}

TEST(ReceiveBufferCheck, ComparesTheSocketsWithTheSettings) {
  const struct {
    std::uint32_t bytes;  // as Linux counts them
    std::uint64_t wanted;
    Health health;
    const char* finding;
  } rows[] = {
      {16U << 20U, 8U << 20U, Health::ok, "8388608 bytes"},
      {425984, 8U << 20U, Health::broken, "212992 bytes and not 8388608"},
      {INT_MAX - 1, 1ULL << 40U, Health::ok, "1073741823 bytes"},
      {0, 8U << 20U, Health::unknown, "this kernel does not tell"},
  };
  for (const auto& row : rows) {
    Fixture machine;
    machine.gateway.settings.user = "root";
    machine.gateway.settings.receive_buffer_bytes = row.wanted;
    const PortSockets sockets = {{0, row.bytes, daemon_process}};
    const Check check = check_receive_buffer(machine.gateway, sockets);
    EXPECT_EQ(to_text(check.health), to_text(row.health)) << check.finding;
    EXPECT_EQ(check.finding, row.finding);
  }
}

TEST(ReceiveBufferCheck, CannotTellWithoutADaemon) {
  const Fixture machine;
  const Check check = check_receive_buffer(machine.gateway, PortSockets());
  EXPECT_EQ(to_text(check), "cannot tell receive buffer no daemon of ours has the port");
}

/// Real sockets, of this process.
TEST(LookAtPort, FindsWhoHasIt) {
  boost::asio::io_context io;
  using boost::asio::ip::udp;
  const auto loopback = boost::asio::ip::make_address("127.0.0.1");
  udp::socket first(io, udp::v4());
  first.set_option(udp::socket::reuse_address(true));
  first.set_option(udp::socket::receive_buffer_size(100000));
  first.bind({loopback, 0});
  Gateway gateway;
  gateway.settings.listen_port = first.local_endpoint().port();
  const auto alone = look_at_port(gateway);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone.front().user, ::geteuid());
  EXPECT_EQ(alone.front().receive_bytes, 200000U);
  ASSERT_TRUE(alone.front().owner);
  EXPECT_EQ(alone.front().owner->pid, ::getpid());

  udp::socket second(io, udp::v4());
  second.set_option(udp::socket::reuse_address(true));
  second.bind({boost::asio::ip::make_address("0.0.0.0"), gateway.settings.listen_port});
  EXPECT_EQ(look_at_port(gateway).size(), 2U);
  second.close();
  udp::socket elsewhere(
      io, udp::endpoint(boost::asio::ip::make_address("127.0.0.2"), gateway.settings.listen_port));
  EXPECT_EQ(look_at_port(gateway).size(), 1U);
  first.close();
  EXPECT_EQ(look_at_port(gateway).size(), 0U);
}

/// As /proc/net/udp and udp6 have them on a little-endian machine.
TEST(LookAtPort, ReadsTheKernelsTables) {
  Fixture machine;
  const std::string rest = " 00000000:0000 07 00000000:00000000 00:00000000 00000000 ";
  machine.write("/proc/net/udp",
                "  sl  local_address rem_address   st tx_queue\n  1: 0100007F:270F" + rest +
                    "  990        0 1234 2 0000000000000000 0\n" + "  2: 0100007F:270E" + rest +
                    "  991  0 1235 2 0 0\n" + "  3: 0200007F:270F" + rest +
                    "  992  0 1236 2 0 0\n");
  machine.write("/proc/net/udp6", "  1: 00000000000000000000000000000000:270F" + rest +
                                      "65534        0 1237 2 0 0\n" +
                                      "  2: 00000000000000000000000001000000:270F" + rest +
                                      "993        0 1238 2 0 0\n");
  machine.write("/proc/47/comm", "wgaudit\n");
  machine.make_folder("/proc/47/fd");
  std::filesystem::create_symlink("socket:[1234]", machine.gateway.path("/proc/47/fd/5"));
  const auto sockets = look_at_port(machine.gateway);
  ASSERT_EQ(sockets.size(), 2U);
  EXPECT_EQ(sockets[0].user, 990U);
  ASSERT_TRUE(sockets[0].owner);
  EXPECT_EQ(sockets[0].owner->pid, 47);
  EXPECT_EQ(sockets[1].user, 65534U);
  EXPECT_FALSE(sockets[1].owner);
  machine.gateway.settings.listen_address = "::1";
  EXPECT_EQ(look_at_port(machine.gateway).size(), 2U) << "its own, and any";
}

}  // namespace
}  // namespace wgaudit::daemon_checks_test
