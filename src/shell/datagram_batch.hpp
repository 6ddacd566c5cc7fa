#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace wgaudit {

/// Room for the datagrams that one system call receives, made once.
class DatagramBatch {
 public:
  /// Where the cost of the call is spread thin, and little is waiting behind (measured: 32 to 128).
  static constexpr std::size_t capacity = 64;

  DatagramBatch();
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  /// What has arrived, without waiting; valid until the next call. Less than `capacity`: that was
  /// all.
  std::span<const std::string_view> receive(int socket);

 private:
  std::unique_ptr<char[]> bytes_;  ///< Its pages are taken when they are used.
  std::array<iovec, capacity> vectors_{};
  std::array<mmsghdr, capacity> headers_{};
  std::array<std::string_view, capacity> datagrams_;
};

}  // namespace wgaudit
