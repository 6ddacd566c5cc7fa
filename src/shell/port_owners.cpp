#include "shell/port_owners.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
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

inet_diag_msg socket_in(const nlmsghdr& message) {
  inet_diag_msg socket{};
  std::memcpy(&socket, NLMSG_DATA(&message), sizeof socket);
  return socket;
}

PortOwners::IpAddress address_of(const inet_diag_msg& socket) {
  if (socket.idiag_family == AF_INET) {
    return boost::asio::ip::address_v4(ntohl(socket.id.idiag_src[0]));
  }
  boost::asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), socket.id.idiag_src, bytes.size());
  return boost::asio::ip::address_v6(bytes);
}

}  // namespace

PortOwners::PortOwners()
    : netlink_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {}

std::vector<std::uint32_t> PortOwners::of(std::uint16_t port, std::optional<IpAddress> address) {
  std::vector<std::uint32_t> owners;
  for (const int family : {AF_INET, AF_INET6}) {
    if (!ask(family, port)) continue;
    while (read_answer(address, owners)) {
    }
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
  request.body.id.idiag_sport = htons(port);
  return ::send(netlink_.get(), &request, sizeof request, MSG_DONTWAIT) == sizeof request;
}

/// One part of the answer; false where it was the last. It never waits: the kernel puts a part
/// together while it is asked for.
bool PortOwners::read_answer(const std::optional<IpAddress>& address,
                             std::vector<std::uint32_t>& owners) const {
  alignas(nlmsghdr) std::array<char, 16384> buffer;
  const ssize_t size = ::recv(netlink_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return false;
  const auto end = static_cast<std::size_t>(size);
  for (std::size_t at = 0; at < end;) {
    const nlmsghdr* const message = first_message(buffer.data() + at, end - at);
    if (message == nullptr || message->nlmsg_type != SOCK_DIAG_BY_FAMILY) return false;
    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) return false;
    const inet_diag_msg socket = socket_in(*message);
    if (!address || address_of(socket) == *address) owners.push_back(socket.idiag_uid);
    at += NLMSG_ALIGN(message->nlmsg_len);
  }
  return true;
}

}  // namespace wgaudit
