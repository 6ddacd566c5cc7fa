#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace wgaudit {

/// Room for the datagrams that one system call receives, made once.
class DatagramBatch {
 public:
  /// Where the cost of the call is spread thin, and little is waiting behind (measured: 32 to 128).
  static constexpr std::size_t capacity = 64;

  DatagramBatch();
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  /// Receives what has arrived, without waiting: how many, 0 where there is nothing.
  std::size_t receive(int socket);

  /// One of those; valid until the next call.
  std::string_view operator[](std::size_t i) const {
    return {static_cast<const char*>(vectors_[i].iov_base), headers_[i].msg_len};
  }

 private:
  std::vector<char> bytes_;
  std::array<iovec, capacity> vectors_{};
  std::array<mmsghdr, capacity> headers_{};
};

}  // namespace wgaudit
