#include "doctor/daemon_checks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <string_view>

#include "shell/intake/port_owners.hpp"
#include "shell/system/privileges.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view our_name = "wgaudit";

bool is_any(std::string_view address) {
  return address == "0.0.0.0" || address == "::";
}

struct ListedSocket {
  std::string address;
  std::uint32_t user = 0;
  std::uint32_t inode = 0;
};

/// `0100007F` or four such words, each in the machine's byte order, as inet_ntop(3) writes them.
std::string address_in(std::string_view digits) {
  std::array<std::uint32_t, 4> words{};
  const std::size_t count = std::min(digits.size() / 8, words.size());
  for (std::size_t i = 0; i < count; ++i) {
    words[i] = parse_number<std::uint32_t>(digits.substr(8 * i, 8), 16).value_or(0);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  return text.data();
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    const auto field = take_until(line, ' ');
    if (!field.empty()) fields.push_back(field);
  }
  return fields;
}

/// A line of /proc/net/udp; nothing where it is of another port.
std::optional<ListedSocket> parse_socket(std::string_view line, std::uint16_t port) {
  constexpr std::size_t local = 1, user = 7, inode = 9;
  const auto fields = fields_of(line);
  if (fields.size() <= inode) return std::nullopt;
  std::string_view digits = fields[local];
  const auto address = take_until(digits, ':');
  if (parse_number<std::uint16_t>(digits, 16) != port) return std::nullopt;
  return ListedSocket{address_in(address), parse_number<std::uint32_t>(fields[user]).value_or(0),
                      parse_number<std::uint32_t>(fields[inode]).value_or(0)};
}

/// From sock_diag(7), which some kernels lack; 0: unknown.
std::uint32_t receive_bytes_of(std::uint32_t inode, std::uint16_t port) {
  for (const BoundSocket& socket : PortOwners().sockets(port)) {
    if (socket.inode == inode) return socket.receive_bytes;
  }
  return 0;
}

/// `wgaudit` and not another program of that name of some user.
bool is_ours(const Gateway& gateway, const PortSocket& socket) {
  const bool is_user = socket.user == 0 || socket.user == gateway.user();
  return socket.owner && socket.owner->name == our_name && is_user;
}

bool is_kept_for_us(const PortSocket& socket) {
  return socket.owner && socket.owner->pid == service_manager;
}

/// Null: the daemon has none.
const PortSocket* our_socket(const Gateway& gateway, const PortSockets& sockets) {
  const auto found = std::find_if(sockets.begin(), sockets.end(), [&](const PortSocket& socket) {
    return is_ours(gateway, socket);
  });
  return found == sockets.end() ? nullptr : &*found;
}

std::string describe(const PortSocket& socket) {
  const std::string user = name_of_user(socket.user);
  if (!socket.owner) return fmt::format("a process of {}", user);
  return fmt::format("{} of {}, PID {}", socket.owner->name, user, socket.owner->pid);
}

/// Ends the others, and starts the daemon where it could not.
std::vector<std::string> end_others(const Gateway& gateway, const PortSockets& sockets) {
  std::vector<std::string> cure;
  bool runs = false;
  for (const PortSocket& socket : sockets) {
    if (is_ours(gateway, socket)) {
      runs = true;
    } else if (socket.owner && !is_kept_for_us(socket)) {
      cure.push_back(fmt::format("kill {}", socket.owner->pid));
    }
  }
  if (!runs) cure.push_back(start_daemon(gateway, std::nullopt));
  return cure;
}

}  // namespace

PortSockets look_at_port(const Gateway& gateway) {
  const std::uint16_t port = gateway.settings.listen_port;
  const std::string& ours = gateway.settings.listen_address;
  PortSockets found;
  for (const char* const table : {"/proc/net/udp", "/proc/net/udp6"}) {
    const std::string text = gateway.read(table).value_or("");
    for (std::string_view rest = text; !rest.empty();) {
      const auto socket = parse_socket(take_until(rest, '\n'), port);
      if (!socket) continue;
      if (socket->address != ours && !is_any(socket->address) && !is_any(ours)) continue;
      found.push_back({socket->user, receive_bytes_of(socket->inode, port),
                       owner_of_socket(gateway, socket->inode)});
    }
  }
  return found;
}

std::optional<pid_t> daemon_of(const Gateway& gateway, const PortSockets& sockets) {
  const PortSocket* const found = our_socket(gateway, sockets);
  return found == nullptr ? std::nullopt : std::optional(found->owner->pid);
}

Check check_port(const Gateway& gateway, const PortSockets& sockets) {
  constexpr std::string_view link = "port";
  const std::string port =
      fmt::format("{}:{}", gateway.settings.listen_address, gateway.settings.listen_port);
  if (sockets.empty()) {
    return {link,
            Health::broken,
            fmt::format("nobody has {}: the daemon does not run", port),
            {start_daemon(gateway, std::nullopt)}};
  }
  if (sockets.size() == 1 && is_ours(gateway, sockets.front())) {
    return {link, Health::ok, fmt::format("{}: {}", port, describe(sockets.front()))};
  }
  if (sockets.size() == 1 && is_kept_for_us(sockets.front())) {
    return {
        link,
        Health::broken,
        fmt::format("the daemon does not run; {} keeps {} for it", describe(sockets.front()), port),
        {start_daemon(gateway, std::nullopt)}};
  }
  const auto foreign = std::find_if(sockets.begin(), sockets.end(), [&](const PortSocket& socket) {
    return !is_ours(gateway, socket) && !is_kept_for_us(socket);
  });
  const PortSocket& other = foreign == sockets.end() ? sockets.back() : *foreign;
  Check check{link, Health::broken, fmt::format("{} has {}", describe(other), port)};
  if (sockets.size() > 1) check.finding += " as well, and may get its lines";
  if (other.owner) {
    check.cure = end_others(gateway, sockets);
  } else if (sockets.size() == 1) {
    check.health = Health::unknown;
    check.cure = {ask_as_root(gateway)};
  }
  return check;
}

Check check_receive_buffer(const Gateway& gateway, const PortSockets& sockets) {
  constexpr std::string_view link = "receive buffer";
  const PortSocket* const found = our_socket(gateway, sockets);
  if (found == nullptr) return {link, Health::unknown, "no daemon of ours has the port"};
  const std::uint32_t bytes = found->receive_bytes / 2;  // doubled by Linux: socket(7)
  const auto wanted = std::min<std::uint64_t>(gateway.settings.receive_buffer_bytes, INT_MAX / 2);
  if (bytes == 0) return {link, Health::unknown, "this kernel does not tell"};
  if (bytes >= wanted) return {link, Health::ok, fmt::format("{} bytes", bytes)};
  return {link,
          Health::broken,
          fmt::format("{} bytes and not {}", bytes, wanted),
          {start_daemon(gateway, found->owner->pid)}};
}

}  // namespace wgaudit
