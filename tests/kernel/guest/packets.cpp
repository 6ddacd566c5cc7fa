// Sends what no WireGuard client sends.
//
//   packets garbage PORT TARGET TYPE LENGTH   one datagram of that type, the rest of it random
//   packets flood PORT TARGET SECONDS         takes the first initiation that comes to PORT and
//                                             sends it again and again
//   packets cookie PORT                       answers the first initiation that comes to PORT with
//   a
//                                             cookie that is none
//
// PORT is the one to send from, TARGET is ADDRESS:PORT, IPv4.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using Datagram = std::vector<std::uint8_t>;

constexpr std::uint8_t initiation = 1;
constexpr int cookie = 3;
constexpr std::size_t cookie_length = 64;
// Where an initiation has its sender's number and a cookie that of whom it is for.
constexpr std::ptrdiff_t index_place = 4;
constexpr std::ptrdiff_t index_length = 4;
// More than the 512 waiting handshakes from which on the kernel is under load, and again before it
// forgets that, which is a second after less are waiting.
constexpr int burst = 700;
constexpr std::chrono::milliseconds burst_time{500};

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

/// Whoever sent it is `sender` then.
Datagram first_initiation(int udp, sockaddr_in& sender) {
  while (true) {
    Datagram datagram(2048);
    socklen_t length = sizeof sender;
    const ssize_t size = recvfrom(udp, datagram.data(), datagram.size(), 0,
                                  reinterpret_cast<sockaddr*>(&sender), &length);
    if (size <= 0 || datagram[0] != initiation) continue;
    datagram.resize(static_cast<std::size_t>(size));
    return datagram;
  }
}

void answer_with_a_cookie(int udp) {
  sockaddr_in sender{};
  const Datagram asked = first_initiation(udp, sender);
  Datagram answer = garbage(cookie, cookie_length);
  std::copy_n(asked.begin() + index_place, index_length, answer.begin() + index_place);
  send(udp, answer, sender);
}

void flood(int udp, const sockaddr_in& target, std::chrono::seconds time) {
  sockaddr_in sender{};
  const Datagram datagram = first_initiation(udp, sender);
  const auto begin = std::chrono::steady_clock::now();
  for (auto next = begin; next < begin + time; next += burst_time) {
    std::this_thread::sleep_until(next);
    for (int i = 0; i < burst; ++i) send(udp, datagram, target);
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
  } else if (words.size() == 2 && words[0] == "cookie") {
    answer_with_a_cookie(bound_socket(words[1]));
  } else {
    return 64;
  }
}
