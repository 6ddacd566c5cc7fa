#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/intake/datagram_batch.hpp"
#include "shell/intake/drop_watch.hpp"
#include "shell/intake/forgery_fold.hpp"
#include "shell/intake/intake.hpp"
#include "shell/intake/port_owners.hpp"
#include "shell/intake/sender_watch.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// The UDP socket that rsyslog forwards to. Reads what has arrived in batches, a bounded number of
/// them at a wake-up, so that timers and `wg` stay prompt under a flood.
class UdpReceiver {
 public:
  struct Handler {
    /// A batch, borrowed for the call, and a time at which all of it was here already: identity
    /// rests on no line being received before it was printed.
    std::function<void(std::span<const std::string_view>, Instant)> datagrams;
    std::function<void()> end;  ///< After those of a wake-up.
  };

  struct Address {
    std::string host;
    std::uint16_t port = 0;
  };

  struct Options {
    Address address;
    std::uint64_t buffer_bytes = 0;   ///< Size of the socket's buffer that is asked for.
    std::uint32_t required_mark = 0;  ///< Datagrams without it are refused; 0: none is.
    FileDescriptor inherited = {};    ///< A socket that is bound to the address; not open: none.
  };

  /// Takes the inherited socket over, or binds one. Throws SetupError naming the cure.
  UdpReceiver(boost::asio::io_context& io, Options options, Handler handler);

  void start();

  /// Reads on as at a wake-up; false where all is read that was here at the first call: the end of
  /// a run.
  bool read_rest();

  /// The port that was bound, where 0 was asked for.
  std::uint16_t port() const { return socket_.local_endpoint().port(); }

  /// Bytes of the socket's buffer as the system gave them, without what Linux adds for itself.
  std::uint64_t buffer_bytes() const;

  /// Returns what is to be recorded now. To be called at every wake-up: what the socket drops is
  /// noticed although no datagram follows. A forgery is of those that were refused or, where no
  /// mark is required, of those that were handed on although another user may have sent them.
  Intake take(Instant now);

  /// Returns what is not recorded yet, but for a gap, which matters no more: the end of a run.
  Intake flush(Instant now);

  /// Whether the kernel says whose sockets there are: without, no stranger is found.
  bool sees_senders() { return !is_local_ || !owners_.of(port()).empty(); }

  /// The users of all sockets that are bound to our address, ours among them: before an inherited
  /// one was taken over, others could bind theirs, and the last one gets the lines.
  std::vector<std::uint32_t> owners() {
    return owners_.of(port(), socket_.local_endpoint().address());
  }

  /// How many an inherited socket had dropped when it was taken over.
  std::uint32_t dropped_before() const { return dropped_before_; }

 private:
  using Datagrams = std::span<const std::string_view>;

  void on_readable();
  bool read_batch();
  Datagrams marked_of(Datagrams datagrams, Instant received);
  void refuse(std::size_t n, std::string_view datagram, Instant received);
  void watch_senders(Datagrams datagrams, Instant received);
  void count_drops();
  std::size_t charged_bytes() const;
  int descriptor() const {
    return const_cast<boost::asio::ip::udp::socket&>(socket_).native_handle();
  }

  Handler handler_;
  std::uint32_t required_mark_;
  boost::asio::ip::udp::socket socket_;
  bool is_local_;  ///< On the loopback: source ports are of this machine.
  DatagramBatch batch_;
  std::array<std::string_view, DatagramBatch::capacity> marked_;
  ForgeryFold forgeries_;
  PortOwners owners_;
  SenderWatch senders_;
  std::uint64_t refused_ = 0;
  bool refused_rsyslogs_ = false;  ///< As far as the source port shows.
  std::uint32_t dropped_before_ = 0;
  DropWatch drops_;
  std::optional<std::size_t> rest_;  ///< Batches that read_rest may still read.
};

}  // namespace wgaudit
