#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "shell/intake/datagram_batch.hpp"
#include "shell/intake/forgery_fold.hpp"
#include "shell/intake/intake.hpp"
#include "shell/intake/udp_receiver.hpp"

namespace wgaudit {

/// A socket with a name in the file system that rsyslog's omuxsock can send to. The kernel itself
/// says with each datagram whose process sent it, so that there is nothing to look up and nothing
/// to be deceived in. It drops nothing: where it is full, the sender gets an error.
class UnixReceiver {
 public:
  /// Makes the socket, for its owner only, in place of one that no process listens on any more.
  /// Throws SetupError (exit code 69) naming the cure.
  UnixReceiver(boost::asio::io_context& io, std::filesystem::path path,
               UdpReceiver::Handler handler);
  UnixReceiver(const UnixReceiver&) = delete;
  UnixReceiver& operator=(const UnixReceiver&) = delete;
  ~UnixReceiver();

  void start();

  /// Reads on as at a wake-up; false where all is read that was here: the end of a run.
  bool read_rest() { return read_batches(); }

  /// Returns what is to be recorded now.
  Intake take(Instant now) { return intake(now, forgeries_.take(now)); }

  /// Returns what is not recorded yet: the end of a run.
  Intake flush(Instant now) { return intake(now, forgeries_.flush()); }

 private:
  Intake intake(Instant now, std::optional<Forgery> forgery) {
    return {now, {}, std::exchange(refused_, 0), foreign_sender, std::move(forgery)};
  }
  bool read_batches();
  bool read_batch();

  UdpReceiver::Handler handler_;
  std::filesystem::path path_;
  boost::asio::posix::stream_descriptor socket_;
  std::set<std::uint32_t> trusted_;
  DatagramBatch batch_{DatagramBatch::Extra::credentials};
  std::array<std::string_view, DatagramBatch::capacity> taken_;
  ForgeryFold forgeries_{foreign_sender};
  std::uint64_t refused_ = 0;
};

}  // namespace wgaudit
