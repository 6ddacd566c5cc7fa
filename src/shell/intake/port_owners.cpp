#include "shell/intake/port_owners.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace wgaudit {
namespace {

/// The message at the front of `answer`, where all of it is there.
const nlmsghdr* first_message(const char* answer, std::size_t size) {
  const auto* const message = reinterpret_cast<const nlmsghdr*>(answer);
  const bool is_whole = size >= sizeof(nlmsghdr) && message->nlmsg_len >= sizeof(nlmsghdr) &&
                        message->nlmsg_len <= size;
  return is_whole ? message : nullptr;
}

boost::asio::ip::address address_of(const inet_diag_msg& socket) {
  if (socket.idiag_family == AF_INET) {
    return boost::asio::ip::address_v4(ntohl(socket.id.idiag_src[0]));
  }
  boost::asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), socket.id.idiag_src, bytes.size());
  return boost::asio::ip::address_v6(bytes);
}

/// Behind the socket stand attributes (rtnetlink(7)), among them what was asked for.
std::uint32_t receive_bytes_in(const nlmsghdr& message) {
  const char* at =
      static_cast<const char*>(NLMSG_DATA(&message)) + NLMSG_ALIGN(sizeof(inet_diag_msg));
  const char* const end = reinterpret_cast<const char*>(&message) + message.nlmsg_len;
  while (end - at >= static_cast<std::ptrdiff_t>(sizeof(nlattr))) {
    nlattr attribute{};
    std::memcpy(&attribute, at, sizeof attribute);
    if (attribute.nla_len < sizeof attribute || attribute.nla_len > end - at) return 0;
    std::array<std::uint32_t, SK_MEMINFO_RCVBUF + 1> memory{};
    if (attribute.nla_type == INET_DIAG_SKMEMINFO &&
        attribute.nla_len >= sizeof attribute + sizeof memory) {
      std::memcpy(memory.data(), at + sizeof attribute, sizeof memory);
      return memory[SK_MEMINFO_RCVBUF];
    }
    at += std::min<std::ptrdiff_t>(NLA_ALIGN(attribute.nla_len), end - at);
  }
  return 0;
}

BoundSocket socket_in(const nlmsghdr& message) {
  inet_diag_msg socket{};
  std::memcpy(&socket, NLMSG_DATA(&message), sizeof socket);
  return {socket.idiag_uid, socket.idiag_inode, receive_bytes_in(message), address_of(socket)};
}

}  // namespace

PortOwners::PortOwners()
    : netlink_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {}

std::vector<BoundSocket> PortOwners::sockets(std::uint16_t port) const {
  std::vector<BoundSocket> sockets;
  for (const int family : {AF_INET, AF_INET6}) {
    if (!ask(family, port)) continue;
    while (read_answer(sockets)) {
    }
  }
  return sockets;
}

std::vector<std::uint32_t> PortOwners::of(std::uint16_t port) const {
  std::vector<std::uint32_t> owners;
  for (const BoundSocket& socket : sockets(port)) owners.push_back(socket.user);
  return owners;
}

std::vector<std::uint32_t> PortOwners::of(std::uint16_t port,
                                          const boost::asio::ip::address& address) const {
  std::vector<std::uint32_t> owners;
  for (const BoundSocket& socket : sockets(port)) {
    if (socket.address == address) owners.push_back(socket.user);
  }
  return owners;
}

bool PortOwners::ask(int family, std::uint16_t port) const {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 body;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = static_cast<std::uint8_t>(family);
  request.body.sdiag_protocol = IPPROTO_UDP;
  request.body.idiag_states = ~0U;
  request.body.idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1);
  request.body.id.idiag_sport = htons(port);
  return ::send(netlink_.get(), &request, sizeof request, MSG_DONTWAIT) == sizeof request;
}

/// One part of the answer; false where it was the last. It never waits: the kernel puts a part
/// together while it is asked for.
bool PortOwners::read_answer(std::vector<BoundSocket>& sockets) const {
  alignas(nlmsghdr) std::array<char, 16384> buffer;
  const ssize_t size = ::recv(netlink_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return false;
  const auto end = static_cast<std::size_t>(size);
  for (std::size_t at = 0; at < end;) {
    const nlmsghdr* const message = first_message(buffer.data() + at, end - at);
    if (message == nullptr || message->nlmsg_type != SOCK_DIAG_BY_FAMILY) return false;
    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) return false;
    sockets.push_back(socket_in(*message));
    at += NLMSG_ALIGN(message->nlmsg_len);
  }
  return true;
}

}  // namespace wgaudit
