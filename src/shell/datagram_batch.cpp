#include "shell/datagram_batch.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_datagram = 65536;  // 65,507 is the largest that UDP over IPv4 carries

// Each starts three cache lines further on: at one distance from each other of a power of two, the
// beginnings of all would compete for the same few lines of the cache.
constexpr std::size_t distance = max_datagram + 3 * 64;

}  // namespace

DatagramBatch::DatagramBatch()
    : bytes_(std::make_unique_for_overwrite<char[]>(capacity * distance)) {
  for (std::size_t i = 0; i < capacity; ++i) {
    vectors_[i] = {bytes_.get() + i * distance, max_datagram};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::span<const std::string_view> DatagramBatch::receive(int socket) {
  const int received = ::recvmmsg(socket, headers_.data(), capacity, MSG_DONTWAIT, nullptr);
  const std::size_t count = received < 0 ? 0 : static_cast<std::size_t>(received);
  for (std::size_t i = 0; i < count; ++i) {
    datagrams_[i] = {static_cast<const char*>(vectors_[i].iov_base), headers_[i].msg_len};
  }
  return {datagrams_.data(), count};
}

}  // namespace wgaudit
