#include "shell/intake/unix_receiver.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shell/intake/sender_watch.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/file_descriptor.hpp"
#include "shell/system/unix_address.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr int max_unix_batches = 16;  // at a wake-up, as the other receiver's

[[noreturn]] void refuse_path(const std::filesystem::path& path, std::string_view why) {
  throw SetupError(fmt::format("cannot listen on {}: {}; name another path with --listen-unix",
                               to_printable(path.string()), why),
                   EX_UNAVAILABLE);
}

/// The mode that a socket has before it is bound is that of its name. The senders are asked for
/// before anybody can send.
FileDescriptor bind_socket(const std::filesystem::path& path) {
  const auto address = unix_address(path);
  if (!address) refuse_path(path, "the path is too long");
  const std::string_view in_the_way = remove_abandoned(path, *address);
  if (!in_the_way.empty()) refuse_path(path, in_the_way);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
      ::fchmod(socket.get(), 0600) != 0 ||
      ::bind(socket.get(), generic(*address), sizeof *address) != 0) {
    refuse_path(path, error_text(errno));
  }
  return socket;
}

}  // namespace

UnixReceiver::UnixReceiver(boost::asio::io_context& io, std::filesystem::path path,
                           UdpReceiver::Handler handler)
    : handler_(std::move(handler)),
      path_(std::move(path)),
      socket_(io, bind_socket(path_).release()),
      trusted_(users_of_rsyslog()) {}

UnixReceiver::~UnixReceiver() {
  ::unlink(path_.c_str());
}

void UnixReceiver::start() {
  socket_.async_wait(socket_.wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    read_batches();
    handler_.end();
    start();
  });
}

/// Whether there may be more.
bool UnixReceiver::read_batches() {
  for (int i = 0; i < max_unix_batches; ++i) {
    if (!read_batch()) return false;
  }
  return true;
}

bool UnixReceiver::read_batch() {
  const auto datagrams = batch_.receive(socket_.native_handle());
  if (datagrams.empty()) return false;
  const Instant received = read_clocks();
  std::size_t count = 0;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    const auto uid = batch_.sender(i);
    if (uid && trusted_.contains(*uid)) {
      taken_[count++] = datagrams[i];
    } else {
      ++refused_;
      forgeries_.add({datagrams[i], {}, uid}, received);
    }
  }
  handler_.datagrams({taken_.data(), count}, received);
  return datagrams.size() == DatagramBatch::capacity;
}

}  // namespace wgaudit
