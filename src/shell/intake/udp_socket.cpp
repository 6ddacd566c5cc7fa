#include "shell/intake/udp_socket.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <sstream>
#include <string>
#include <string_view>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

using boost::asio::ip::udp;

/// `127.0.0.1:9999` or `[::1]:9999`, as the setting has it.
std::string text_of(const udp::endpoint& endpoint) {
  return (std::ostringstream() << endpoint).str();
}

udp protocol_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family == AF_INET6 ? udp::v6() : udp::v4();
}

}  // namespace

udp::socket bind_udp_socket(boost::asio::io_context& io, const udp::endpoint& endpoint) {
  udp::socket socket(io);
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.bind(endpoint, error);
  if (error) {
    const std::string_view cure = error == boost::asio::error::access_denied
                                      ? "name a port from 1024 on with --listen"
                                      : "see who has the port with 'ss -ulpn', or name another "
                                        "with --listen";
    throw SetupError(
        fmt::format("cannot listen on {}: {}; {}", text_of(endpoint), error.message(), cure),
        EX_UNAVAILABLE);
  }
  socket.non_blocking(true);
  return socket;
}

udp::socket take_udp_socket(boost::asio::io_context& io, FileDescriptor inherited,
                            const udp::endpoint& endpoint) {
  udp::socket socket(io);
  socket.assign(protocol_of(inherited.get()), inherited.get());
  inherited.release();
  if (socket.local_endpoint() != endpoint) {
    throw SetupError(
        fmt::format("the socket unit listens on {}, the setting listen says {}: make "
                    "them one, here or with 'systemctl edit' there",
                    text_of(socket.local_endpoint()), text_of(endpoint)));
  }
  socket.set_option(udp::socket::reuse_address(false));
  socket.non_blocking(true);
  return socket;
}

}  // namespace wgaudit
