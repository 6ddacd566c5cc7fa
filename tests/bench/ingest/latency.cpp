// Sends kernel lines one by one and watches a file that grows by a line for each: how long it takes
// from the datagram to its line, readable. Prints the median and the 99th of a hundred, in µs.
//
//   ingest_latency PORT FILE PER_SECOND COUNT

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/ingest/lines.hpp"

namespace wgaudit {
namespace {

using std::chrono::steady_clock;

using Times = std::vector<steady_clock::time_point>;

constexpr std::chrono::seconds patience{10};

class Probe {
 public:
  Probe(std::uint16_t port, const char* file)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
        file_(::open(file, O_RDONLY | O_CLOEXEC)),
        offset_(::lseek(file_, 0, SEEK_END)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      std::exit(EXIT_FAILURE);
    }
  }

  void send() {
    lines_.read_clock();
    const std::string& line = lines_.next();
    sent_.push_back(steady_clock::now());
    if (::send(socket_, line.data(), line.size(), 0) < 0) std::exit(EXIT_FAILURE);
  }

  void look() {
    const ssize_t size = ::pread(file_, bytes_.data(), bytes_.size(), offset_);
    if (size <= 0) return;
    offset_ += size;
    const auto lines = std::count(bytes_.data(), bytes_.data() + size, '\n');
    seen_.insert(seen_.end(), static_cast<std::size_t>(lines), steady_clock::now());
  }

  const Times& sent() const { return sent_; }
  const Times& seen() const { return seen_; }

 private:
  int socket_;
  int file_;
  off_t offset_;
  std::array<char, 65536> bytes_{};
  Lines lines_{1000, 0};
  Times sent_;
  Times seen_;
};

/// A line is sent when it is due, whether those before it were seen or not. The probe never rests,
/// so it needs a processor of its own.
int run(Probe& probe, std::chrono::nanoseconds spacing, std::size_t count) {
  const auto start = steady_clock::now();
  while (probe.seen().size() < count) {
    const auto now = steady_clock::now();
    const auto sent = probe.sent().size();
    if (sent < count && now >= start + spacing * sent) probe.send();
    if (now > start + spacing * count + patience) return EXIT_FAILURE;
    probe.look();
  }
  std::vector<double> took;
  for (std::size_t i = 0; i < count; ++i) {
    took.push_back(
        std::chrono::duration<double, std::micro>(probe.seen()[i] - probe.sent()[i]).count());
  }
  std::sort(took.begin(), took.end());
  std::printf("%.0f %.0f\n", took[count / 2], took[count * 99 / 100]);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace wgaudit

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  wgaudit::Probe probe(static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)), argv[2]);
  return wgaudit::run(probe,
                      std::chrono::nanoseconds(1'000'000'000 / std::strtol(argv[3], nullptr, 10)),
                      std::strtoul(argv[4], nullptr, 10));
}
