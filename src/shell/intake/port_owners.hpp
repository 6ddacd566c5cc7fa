#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <vector>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

struct BoundSocket {
  std::uint32_t user = 0;           ///< User that made it.
  std::uint32_t inode = 0;          ///< As in /proc/PID/fd: `socket:[4711]`.
  std::uint32_t receive_bytes = 0;  ///< Size of its buffer, with what Linux adds for itself.
  boost::asio::ip::address address;
};

/// Whose UDP sockets are bound to a port, as the kernel tells it (sock_diag(7)): about 10 us where
/// there are few sockets, 300 us where there are 10,000.
class PortOwners {
 public:
  PortOwners();

  /// The sockets that are bound to `port`, at any address, in this network namespace. Empty: there
  /// is none any more, or the kernel does not tell (CONFIG_INET_UDP_DIAG). All of them and not the
  /// one that the kernel would deliver to: with SO_REUSEADDR a second socket can share the port of
  /// the first.
  std::vector<BoundSocket> sockets(std::uint16_t port) const;

  /// The users who made them.
  std::vector<std::uint32_t> of(std::uint16_t port) const;

  /// The users who made those that are bound to just this address.
  std::vector<std::uint32_t> of(std::uint16_t port, const boost::asio::ip::address& address) const;

 private:
  bool ask(int family, std::uint16_t port) const;
  bool read_answer(std::vector<BoundSocket>& sockets) const;

  FileDescriptor netlink_;
};

}  // namespace wgaudit
