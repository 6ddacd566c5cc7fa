#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// The UDP socket that rsyslog forwards to. Reads what has arrived, a bounded number of datagrams
/// at a wake-up, so that timers and `wg` stay prompt under a flood.
class Receiver {
 public:
  struct Handler {
    /// Each, borrowed for the call, and a time at which it was here already: identity rests on
    /// no line being received before it was printed.
    std::function<void(std::string_view, Instant)> datagram;
    std::function<void()> end;  ///< After those of a wake-up.
  };

  /// Binds, without SO_REUSEADDR: nobody else can have the port as well. Throws SetupError (exit
  /// code 69) naming the cure.
  Receiver(boost::asio::io_context& io, const std::string& address, std::uint16_t port,
           Handler handler);

  void start();

  /// The port that was bound, where 0 was asked for.
  std::uint16_t port() const { return socket_.local_endpoint().port(); }

  /// Bytes of the socket's buffer as the system gave them.
  int receive_buffer_size() const;

 private:
  void on_readable();

  Handler handler_;
  boost::asio::ip::udp::socket socket_;
  std::vector<char> buffer_;
};

}  // namespace wgaudit
