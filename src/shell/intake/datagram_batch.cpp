#include "shell/intake/datagram_batch.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace wgaudit {
namespace {

constexpr std::size_t max_datagram = 65536;  // 65,507 is the largest that UDP over IPv4 carries

// Each starts three cache lines further on: at one distance from each other of a power of two, the
// beginnings of all would compete for the same few lines of the cache.
constexpr std::size_t distance = max_datagram + 3 * 64;

}  // namespace

DatagramBatch::DatagramBatch(Extra extra)
    : bytes_(std::make_unique_for_overwrite<char[]>(capacity * distance)),
      controls_(extra != Extra::none ? std::make_unique<Control[]>(capacity) : nullptr) {
  for (std::size_t i = 0; i < capacity; ++i) {
    vectors_[i] = {bytes_.get() + i * distance, max_datagram};
    msghdr& header = headers_[i].msg_hdr;
    header.msg_iov = &vectors_[i];
    header.msg_iovlen = 1;
    header.msg_name = &addresses_[i];
    header.msg_namelen = sizeof addresses_[i];
    if (controls_) header.msg_control = &controls_[i];
  }
}

std::span<const std::string_view> DatagramBatch::receive(int socket) {
  if (controls_) {
    for (mmsghdr& header : headers_) header.msg_hdr.msg_controllen = sizeof(Control);
  }
  const int received = ::recvmmsg(socket, headers_.data(), capacity, MSG_DONTWAIT, nullptr);
  const std::size_t count = received < 0 ? 0 : static_cast<std::size_t>(received);
  for (std::size_t i = 0; i < count; ++i) {
    datagrams_[i] = {static_cast<const char*>(vectors_[i].iov_base), headers_[i].msg_len};
    headers_[i].msg_hdr.msg_namelen = sizeof addresses_[i];  // the call has written what it used
  }
  return {datagrams_.data(), count};
}

template <typename Value>
std::optional<Value> DatagramBatch::extra(std::size_t n, int type) const {
  const msghdr& header = headers_[n].msg_hdr;
  const cmsghdr* const control = CMSG_FIRSTHDR(&header);
  if (control == nullptr || control->cmsg_level != SOL_SOCKET || control->cmsg_type != type ||
      control->cmsg_len != CMSG_LEN(sizeof(Value))) {
    return std::nullopt;
  }
  Value value;
  std::memcpy(&value, CMSG_DATA(control), sizeof value);
  return value;
}

std::uint32_t DatagramBatch::mark(std::size_t n) const {
  return extra<std::uint32_t>(n, SO_MARK).value_or(0);
}

std::optional<std::uint32_t> DatagramBatch::sender(std::size_t n) const {
  const auto credentials = extra<ucred>(n, SCM_CREDENTIALS);
  return credentials ? std::optional<std::uint32_t>(credentials->uid) : std::nullopt;
}

std::uint16_t DatagramBatch::source_port(std::size_t n) const {
  return ntohs(addresses_[n].v4.sin_port);
}

Endpoint DatagramBatch::source(std::size_t n) const {
  const Address& address = addresses_[n];
  Endpoint source;
  source.port = source_port(n);
  if (address.v4.sin_family == AF_INET) {
    source.address.family = AddressFamily::ipv4;
    std::memcpy(source.address.bytes.data(), &address.v4.sin_addr, sizeof address.v4.sin_addr);
  } else {
    source.address.family = AddressFamily::ipv6;
    std::memcpy(source.address.bytes.data(), &address.v6.sin6_addr, sizeof address.v6.sin6_addr);
  }
  return source;
}

}  // namespace wgaudit
