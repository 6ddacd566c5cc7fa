#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

/// Room for the datagrams that one system call receives, made once.
class DatagramBatch {
 public:
  /// Number of datagrams over which a call costs little each, and few wait (measured: 32 to 128).
  static constexpr std::size_t capacity = 64;

  /// What the kernel is to say of each datagram: its mark (SO_RCVMARK), or who sent it
  /// (SO_PASSCRED).
  enum class Extra : std::uint8_t { none, mark, credentials };

  explicit DatagramBatch(Extra extra = Extra::none);
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  /// What has arrived, without waiting; valid until the next call. Less than `capacity`: that was
  /// all.
  std::span<const std::string_view> receive(int socket);

  /// Returns the mark that the firewall gave the n-th datagram of the last call; 0 where it gave
  /// none.
  std::uint32_t mark(std::size_t n) const;

  /// Returns the user whose process sent the n-th datagram of the last call (of a setuid program,
  /// its caller); none where the kernel does not say.
  std::optional<std::uint32_t> sender(std::size_t n) const;

  /// Returns where the n-th datagram of the last call came from.
  std::uint16_t source_port(std::size_t n) const;
  Endpoint source(std::size_t n) const;

 private:
  /// Room for what is asked for and no more: none for file descriptors, which any process may
  /// send over a unix socket.
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(ucred))> bytes;
  };

  template <typename Value>
  std::optional<Value> extra(std::size_t n, int type) const;

  /// sockaddr_in6 has the port where sockaddr_in has it.
  union Address {
    sockaddr_in v4;
    sockaddr_in6 v6;
  };

  std::unique_ptr<char[]> bytes_;  ///< Its pages are taken when they are used.
  std::unique_ptr<Control[]> controls_;
  std::array<iovec, capacity> vectors_{};
  std::array<Address, capacity> addresses_{};
  std::array<mmsghdr, capacity> headers_{};
  std::array<std::string_view, capacity> datagrams_;
};

}  // namespace wgaudit
