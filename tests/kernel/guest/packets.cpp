// Sends what no WireGuard client sends.
//
//   packets garbage PORT TARGET TYPE LENGTH   one datagram of that type, the rest of it random
//   packets flood PORT TARGET SECONDS         takes the first initiation that comes to PORT and
//   sends it
//                                             again and again
//
// PORT is the one to send from, TARGET is ADDRESS:PORT, IPv4.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using Datagram = std::vector<std::uint8_t>;

constexpr std::uint8_t initiation = 1;
// More than the 512 waiting handshakes from which on the kernel is under load, and again before it
// forgets that, after a second.
constexpr int burst = 700;
constexpr std::chrono::milliseconds pause{700};

sockaddr_in address_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
  inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr);
  return address;
}

int bound_socket(const std::string& port) {
  const int udp = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in own = address_of("0.0.0.0:" + port);
  if (bind(udp, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) std::exit(1);
  return udp;
}

void send(int udp, const Datagram& datagram, const sockaddr_in& target) {
  sendto(udp, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&target),
         sizeof target);
}

Datagram garbage(int type, std::size_t length) {
  std::random_device random;
  Datagram datagram(length);
  for (auto& byte : datagram) byte = static_cast<std::uint8_t>(random());
  datagram[0] = static_cast<std::uint8_t>(type);
  datagram[1] = datagram[2] = datagram[3] = 0;
  return datagram;
}

Datagram first_initiation(int udp) {
  while (true) {
    Datagram datagram(2048);
    const ssize_t size = recv(udp, datagram.data(), datagram.size(), 0);
    if (size <= 0 || datagram[0] != initiation) continue;
    datagram.resize(static_cast<std::size_t>(size));
    return datagram;
  }
}

void flood(int udp, const sockaddr_in& target, std::chrono::seconds time) {
  const Datagram datagram = first_initiation(udp);
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    for (int i = 0; i < burst; ++i) send(udp, datagram, target);
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 5 && words[0] == "garbage") {
    send(bound_socket(words[1]), garbage(std::stoi(words[3]), std::stoul(words[4])),
         address_of(words[2]));
  } else if (words.size() == 4 && words[0] == "flood") {
    flood(bound_socket(words[1]), address_of(words[2]), std::chrono::seconds(std::stoi(words[3])));
  } else {
    return 64;
  }
}
