// Sends kernel lines to a port of 127.0.0.1, as many at a time as one system call takes, and prints
// how many it sent.
//
//   ingest_sender PORT FIREWALL_PERCENT PER_SECOND COUNT     PER_SECOND 0: as fast as it can

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "bench/ingest/lines.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t batch = 64;
constexpr unsigned peers = 1000;

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(socket, generic, sizeof address) == 0 ? socket : -1;
}

class Sender {
 public:
  Sender(int socket, Lines& lines) : socket_(socket), lines_(lines) {
    for (std::size_t i = 0; i < batch; ++i) {
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  /// False where the receiver is gone.
  bool send(std::size_t count) {
    lines_.read_clock();
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& line = lines_.next();
      vectors_[i] = {const_cast<char*>(line.data()), line.size()};
    }
    for (std::size_t done = 0; done < count;) {
      const int sent = ::sendmmsg(socket_, &headers_[done], static_cast<unsigned>(count - done), 0);
      if (sent <= 0) return false;
      done += static_cast<std::size_t>(sent);
    }
    return true;
  }

 private:
  int socket_;
  Lines& lines_;
  std::array<iovec, batch> vectors_{};
  std::array<mmsghdr, batch> headers_{};
};

int run(std::uint16_t port, unsigned firewall_percent, std::uint64_t rate, std::uint64_t count) {
  using std::chrono::steady_clock;
  Lines lines(peers, firewall_percent);
  Sender sender(connect_to(port), lines);
  const auto start = steady_clock::now();
  for (std::uint64_t sent = 0; sent < count;) {
    const std::uint64_t size = std::min<std::uint64_t>(batch, count - sent);
    if (!sender.send(size)) return EXIT_FAILURE;
    sent += size;
    if (rate == 0) continue;
    const auto due = start + std::chrono::nanoseconds(sent * 1'000'000'000 / rate);
    if (due > steady_clock::now()) std::this_thread::sleep_until(due);
  }
  const std::chrono::duration<double> took = steady_clock::now() - start;
  std::printf("%llu %.3f\n", static_cast<unsigned long long>(count), took.count());
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
  return wgaudit::run(static_cast<std::uint16_t>(number(1)), static_cast<unsigned>(number(2)),
                      number(3), number(4));
}
