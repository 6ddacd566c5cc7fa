#include "shell/receiver.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <utility>

#include "shell/clocks.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

using boost::asio::ip::udp;

constexpr int exit_unavailable = 69;
constexpr std::size_t max_datagram = 65536;  // 65,507 is the largest that UDP over IPv4 carries
constexpr int max_at_once = 256;
constexpr int wanted_buffer = 8 << 20;

udp::socket bind_socket(boost::asio::io_context& io, const udp::endpoint& endpoint) {
  udp::socket socket(io);
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.bind(endpoint, error);
  if (error) {
    throw SetupError(fmt::format("cannot listen on {}:{}: {}; see who has the port with "
                                 "'ss -ulpn', or name another with --listen",
                                 endpoint.address().to_string(), endpoint.port(), error.message()),
                     exit_unavailable);
  }
  socket.non_blocking(true);
  return socket;
}

/// rsyslog sends a whole ring of kernel messages at once when it starts; 212,992 bytes hold 256 of
/// them. SO_RCVBUFFORCE goes beyond net.core.rmem_max and needs CAP_NET_ADMIN.
void enlarge_buffer(int socket) {
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted_buffer, sizeof wanted_buffer) == 0) {
    return;
  }
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &wanted_buffer, sizeof wanted_buffer);
}

}  // namespace

Receiver::Receiver(boost::asio::io_context& io, const std::string& address, std::uint16_t port,
                   Handler handler)
    : handler_(std::move(handler)),
      socket_(bind_socket(io, {boost::asio::ip::make_address(address), port})),
      buffer_(max_datagram) {
  enlarge_buffer(socket_.native_handle());
}

void Receiver::start() {
  socket_.async_wait(udp::socket::wait_read, [this](const boost::system::error_code& error) {
    if (!error) on_readable();
  });
}

int Receiver::receive_buffer_size() const {
  int size = 0;
  socklen_t length = sizeof size;
  ::getsockopt(const_cast<udp::socket&>(socket_).native_handle(), SOL_SOCKET, SO_RCVBUF, &size,
               &length);
  return size;
}

void Receiver::on_readable() {
  for (int i = 0; i < max_at_once; ++i) {
    const ssize_t size = ::recv(socket_.native_handle(), buffer_.data(), buffer_.size(), 0);
    if (size < 0) break;
    handler_.datagram({buffer_.data(), static_cast<std::size_t>(size)}, read_clocks());
  }
  handler_.end();
  start();
}

}  // namespace wgaudit
