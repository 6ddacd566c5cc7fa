// The reference: receives datagrams with the daemon's own buffers and does nothing but count them.
// Prints its port, and when it is told to end (SIGTERM) how many it received.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "shell/intake/datagram_batch.hpp"

namespace {

constexpr int wanted_buffer = 8 << 20;

volatile std::sig_atomic_t is_over = 0;

int bind_any() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted_buffer, sizeof wanted_buffer) != 0) {
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &wanted_buffer, sizeof wanted_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0) return -1;
  std::printf("port %d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return socket;
}

}  // namespace

int main() {
  struct sigaction action {};
  action.sa_handler = [](int) { is_over = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  const int socket = bind_any();
  if (socket < 0) return EXIT_FAILURE;
  wgaudit::DatagramBatch datagrams;
  std::uint64_t count = 0;
  while (!is_over) {
    pollfd wanted{socket, POLLIN, 0};
    if (::poll(&wanted, 1, -1) < 0) continue;
    std::size_t received = 0;
    do {
      received = datagrams.receive(socket).size();
      count += received;
    } while (received == wgaudit::DatagramBatch::capacity);
  }
  std::printf("%llu\n", static_cast<unsigned long long>(count));
  return EXIT_SUCCESS;
}
