#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "shell/file.hpp"

namespace wgaudit {

/// Whose UDP sockets are bound to a port, as the kernel tells it (sock_diag(7)): about 10 us where
/// there are few sockets, 300 us where there are 10,000.
class PortOwners {
 public:
  using IpAddress = boost::asio::ip::address;

  PortOwners();

  /// The users who made the sockets that are bound to `port`, at any address, in this network
  /// namespace. Empty: there is none any more, or the kernel does not tell (CONFIG_INET_UDP_DIAG).
  /// All of them and not the one that the kernel would deliver to: with SO_REUSEADDR a second
  /// socket can share the port of the first.
  std::vector<std::uint32_t> of(std::uint16_t port) { return of(port, {}); }

  /// Of them, those who made the sockets that are bound to just this address.
  std::vector<std::uint32_t> of(std::uint16_t port, std::optional<IpAddress> address);

 private:
  bool ask(int family, std::uint16_t port) const;
  bool read_answer(const std::optional<IpAddress>& address,
                   std::vector<std::uint32_t>& owners) const;

  FileDescriptor netlink_;
};

}  // namespace wgaudit
