#include "doctor/probe.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>
#include <variant>

#include "shell/journal/journal_reader.hpp"
#include "shell/journal/segments.hpp"
#include "shell/system/file_descriptor.hpp"
#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_interval{20};

/// struct message_handshake_initiation: the type, and 144 bytes without a valid MAC.
using Initiation = std::array<std::uint8_t, 148>;

Initiation make_initiation() {
  Initiation message{};
  if (::getrandom(message.data(), message.size(), 0) < 0) message.fill(0xff);
  message[0] = 1;
  message[1] = message[2] = message[3] = 0;
  return message;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// The endpoint that it was sent from, as the kernel prints it; nothing where it cannot be sent.
std::optional<Endpoint> send_initiation(const FileDescriptor& socket, std::uint16_t port) {
  const sockaddr_in to = loopback(port);
  sockaddr_in from{};
  socklen_t size = sizeof from;
  const Initiation message = make_initiation();
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&from), &size) != 0 ||
      ::send(socket.get(), message.data(), message.size(), 0) < 0) {
    return std::nullopt;
  }
  return parse_endpoint("127.0.0.1:" + std::to_string(ntohs(from.sin_port)));
}

JournalReader events_from_now(const std::filesystem::path& journal) {
  const auto segments = list_segments(journal, Stream::events);
  JournalReader events(journal, Stream::events,
                       segments.empty() ? 0 : segments.back().first_sequence);
  while (events.next()) {
  }
  return events;
}

bool has_answer(JournalReader& events, const Endpoint& from) {
  while (const auto record = events.next()) {
    const auto* const event = record->as<EventBody>();
    if (event == nullptr || event->line.kind != EventKind::mac_invalid) continue;
    if (event->line.endpoint == from) return true;
  }
  return false;
}

}  // namespace

std::optional<std::chrono::milliseconds> send_probe(std::uint16_t port,
                                                    const std::filesystem::path& journal,
                                                    std::chrono::milliseconds time_limit) {
  JournalReader events = events_from_now(journal);
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto begin = SteadyClock::now();
  const auto from = send_initiation(socket, port);
  while (from && SteadyClock::now() < begin + time_limit) {
    if (has_answer(events, *from)) {
      return std::chrono::ceil<std::chrono::milliseconds>(SteadyClock::now() - begin);
    }
    std::this_thread::sleep_for(look_interval);
  }
  return std::nullopt;
}

}  // namespace wgaudit
