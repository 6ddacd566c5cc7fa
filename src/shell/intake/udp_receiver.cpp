#include "shell/intake/udp_receiver.hpp"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <climits>
#include <string_view>
#include <utility>

#include "shell/intake/udp_socket.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

using boost::asio::ip::udp;

// Batches of a wake-up: a millisecond or two of work, in which a full buffer loses nothing more.
constexpr int max_batches = 16;

// What a datagram takes of the buffer at least; 832 bytes on Linux 6.18.
constexpr std::size_t smallest_charge = 512;

udp::socket open_socket(boost::asio::io_context& io, UdpReceiver::Options& options) {
  const udp::endpoint endpoint(boost::asio::ip::make_address(options.address.host),
                               options.address.port);
  if (!options.inherited.is_open()) return bind_udp_socket(io, endpoint);
  return take_udp_socket(io, std::move(options.inherited), endpoint);
}

/// rsyslog sends a whole ring of kernel messages at once when it starts; 212,992 bytes hold 256 of
/// them. SO_RCVBUFFORCE goes beyond net.core.rmem_max and needs CAP_NET_ADMIN.
void enlarge_buffer(int socket, std::uint64_t bytes) {
  const int wanted = static_cast<int>(std::min<std::uint64_t>(bytes, INT_MAX / 2));
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) == 0) return;
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
}

/// Has the socket hand over the mark of each datagram.
void ask_for_marks(int socket) {
  const int on = 1;
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVMARK, &on, sizeof on) == 0) return;
  throw SetupError(fmt::format("cannot see the marks of datagrams: {}; require_mark takes Linux "
                               "5.19 and, on some, CAP_NET_ADMIN: leave it out otherwise",
                               error_text(errno)),
                   EX_UNAVAILABLE);
}

std::optional<std::array<std::uint32_t, SK_MEMINFO_VARS>> read_memory(int socket) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (::getsockopt(socket, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return std::nullopt;
  return memory;
}

}  // namespace

UdpReceiver::UdpReceiver(boost::asio::io_context& io, Options options, Handler handler)
    : handler_(std::move(handler)),
      required_mark_(options.required_mark),
      socket_(open_socket(io, options)),
      is_local_(socket_.local_endpoint().address().is_loopback()),
      batch_(required_mark_ != 0 ? DatagramBatch::Extra::mark : DatagramBatch::Extra::none),
      forgeries_(required_mark_ != 0 ? wrong_mark : foreign_sender),
      senders_(users_of_rsyslog(), [this](std::uint16_t port) { return owners_.of(port); }) {
  if (required_mark_ != 0) ask_for_marks(descriptor());
  enlarge_buffer(descriptor(), options.buffer_bytes);
  if (const auto memory = read_memory(descriptor())) {
    dropped_before_ = (*memory)[SK_MEMINFO_DROPS];
    drops_.begin_at(dropped_before_, read_clocks());
  }
}

void UdpReceiver::start() {
  socket_.async_wait(udp::socket::wait_read, [this](const boost::system::error_code& error) {
    if (!error) on_readable();
  });
}

bool UdpReceiver::read_rest() {
  if (!rest_) rest_ = charged_bytes() / smallest_charge / DatagramBatch::capacity + 1;
  for (int i = 0; i < max_batches && *rest_ != 0; ++i) {
    rest_ = read_batch() ? *rest_ - 1 : 0;
  }
  return *rest_ != 0;
}

std::uint64_t UdpReceiver::buffer_bytes() const {
  int size = 0;
  socklen_t length = sizeof size;
  ::getsockopt(descriptor(), SOL_SOCKET, SO_RCVBUF, &size, &length);
  return static_cast<std::uint64_t>(size) / 2;  // it doubles what it is asked for: socket(7)
}

/// Where datagrams were dropped, the time is read again: they were dropped before it.
Intake UdpReceiver::take(Instant now) {
  count_drops();
  Intake intake;
  intake.dropped = drops_.take(read_clocks());
  intake.taken = intake.dropped ? read_clocks() : now;
  intake.refused = std::exchange(refused_, 0);
  intake.refusal = wrong_mark;
  intake.forgery = forgeries_.take(intake.taken);
  const bool is_refused = std::exchange(refused_rsyslogs_, false);
  intake.has_gap = drops_.take_gap() || is_refused;
  return intake;
}

Intake UdpReceiver::flush(Instant now) {
  count_drops();
  return {now, drops_.flush(), std::exchange(refused_, 0), wrong_mark, forgeries_.flush()};
}

void UdpReceiver::on_readable() {
  for (int i = 0; i < max_batches && read_batch(); ++i) {
  }
  handler_.end();
  start();
}

/// Whether there may be more. The clocks are read once, after the call: for each datagram that is
/// no earlier than it arrived, and only later by the time that the call took. A time that is too
/// late widens the bounds on printk's clock, one that is too early would make them wrong; that is
/// also why it is not the socket's own time stamp (SO_TIMESTAMPNS), which is of the wall clock and
/// goes wrong by every step of it that falls between arrival and reading.
bool UdpReceiver::read_batch() {
  const Datagrams datagrams = batch_.receive(descriptor());
  if (!datagrams.empty()) {
    const Instant received = read_clocks();
    if (required_mark_ != 0) {
      handler_.datagrams(marked_of(datagrams, received), received);
    } else {
      if (is_local_) watch_senders(datagrams, received);
      handler_.datagrams(datagrams, received);
    }
  }
  if (datagrams.size() == DatagramBatch::capacity) return true;
  drops_.on_emptied();
  return false;
}

/// Notes strangers, and no more: a look-up can be a moment too late, or be deceived.
void UdpReceiver::watch_senders(Datagrams datagrams, Instant received) {
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    const Senders& senders = senders_.on(batch_.source_port(i), received.steady);
    if (!senders.stranger) continue;
    forgeries_.add({datagrams[i], batch_.source(i), senders.stranger}, received);
  }
}

/// Those of the batch that have the mark.
UdpReceiver::Datagrams UdpReceiver::marked_of(Datagrams datagrams, Instant received) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    if (batch_.mark(i) == required_mark_) {
      marked_[count++] = datagrams[i];
    } else {
      refuse(i, datagrams[i], received);
    }
  }
  return {marked_.data(), count};
}

/// Where it is rsyslog's own, the firewall's rules are gone and lines are missing.
void UdpReceiver::refuse(std::size_t n, std::string_view datagram, Instant received) {
  ++refused_;
  Senders senders;
  if (is_local_) senders = senders_.on(batch_.source_port(n), received.steady);
  if (senders.are_known && !senders.stranger) refused_rsyslogs_ = true;
  forgeries_.add({datagram, batch_.source(n), senders.stranger}, received);
}

/// The socket's own count, which a datagram after the loss would carry too (SO_RXQ_OVFL): here it
/// is known at once, and although nothing follows.
void UdpReceiver::count_drops() {
  const Instant before = read_clocks();
  if (const auto memory = read_memory(descriptor())) {
    drops_.on_count((*memory)[SK_MEMINFO_DROPS], before, read_clocks());
  }
}

/// What the datagrams that wait take of the buffer.
std::size_t UdpReceiver::charged_bytes() const {
  const auto memory = read_memory(descriptor());
  return memory ? (*memory)[SK_MEMINFO_RMEM_ALLOC] : 0;
}

}  // namespace wgaudit
