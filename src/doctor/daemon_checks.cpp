#include "doctor/daemon_checks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "shell/privileges.hpp"

namespace wgaudit {
namespace {

constexpr std::string_view our_name = "wgaudit";

bool is_any(std::string_view address) {
  return address == "0.0.0.0" || address == "::";
}

/// Whether the kernel tells of sockets at all: of one that is bound now.
bool sees_sockets(const PortOwners& owners) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  return ::bind(socket.get(), name, size) == 0 && ::getsockname(socket.get(), name, &size) == 0 &&
         !owners.of(ntohs(address.sin_port)).empty();
}

/// `wgaudit` and not another program of that name of some user.
bool is_ours(const Gateway& gateway, const PortSocket& socket) {
  const bool is_user = socket.socket.user == 0 || socket.socket.user == gateway.user();
  return socket.owner && socket.owner->name == our_name && is_user;
}

/// Null: the daemon has none.
const PortSocket* our_socket(const Gateway& gateway, const PortSockets& sockets) {
  if (!sockets) return nullptr;
  const auto found = std::find_if(sockets->begin(), sockets->end(), [&](const PortSocket& socket) {
    return is_ours(gateway, socket);
  });
  return found == sockets->end() ? nullptr : &*found;
}

std::string describe(const PortSocket& socket) {
  const std::string user = name_of_user(socket.socket.user);
  if (!socket.owner) return fmt::format("a process of {}", user);
  return fmt::format("{} of {}, PID {}", socket.owner->name, user, socket.owner->pid);
}

/// Ends the others, and starts the daemon where it could not.
std::vector<std::string> end_others(const Gateway& gateway,
                                    const std::vector<PortSocket>& sockets) {
  std::vector<std::string> cure;
  bool runs = false;
  for (const PortSocket& socket : sockets) {
    if (is_ours(gateway, socket)) {
      runs = true;
    } else if (socket.owner) {
      cure.push_back(fmt::format("kill {}", socket.owner->pid));
    }
  }
  if (!runs) cure.push_back(start_daemon(gateway, std::nullopt));
  return cure;
}

Check judge_port(const Gateway& gateway, const std::vector<PortSocket>& sockets) {
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
  const auto foreign = std::find_if(sockets.begin(), sockets.end(), [&](const PortSocket& socket) {
    return !is_ours(gateway, socket);
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

}  // namespace

PortSockets look_at_port(const Gateway& gateway) {
  const PortOwners owners;
  if (!sees_sockets(owners)) return std::nullopt;
  std::vector<PortSocket> found;
  const std::string& ours = gateway.settings.listen_address;
  for (BoundSocket& socket : owners.sockets(gateway.settings.listen_port)) {
    if (socket.address != ours && !is_any(socket.address) && !is_any(ours)) continue;
    auto owner = owner_of_socket(gateway, socket.inode);
    found.push_back({std::move(socket), std::move(owner)});
  }
  return found;
}

std::optional<pid_t> daemon_of(const Gateway& gateway, const PortSockets& sockets) {
  const PortSocket* const found = our_socket(gateway, sockets);
  return found == nullptr ? std::nullopt : std::optional(found->owner->pid);
}

Check check_port(const Gateway& gateway, const PortSockets& sockets) {
  if (sockets) return judge_port(gateway, *sockets);
  return {"port", Health::unknown, "this kernel does not tell whose sockets there are"};
}

Check check_receive_buffer(const Gateway& gateway, const PortSockets& sockets) {
  constexpr std::string_view link = "receive buffer";
  const PortSocket* const found = our_socket(gateway, sockets);
  if (found == nullptr) return {link, Health::unknown, "no daemon of ours has the port"};
  const std::uint32_t bytes = found->socket.receive_bytes / 2;  // doubled by Linux: socket(7)
  const auto wanted = std::min<std::uint64_t>(gateway.settings.receive_buffer_bytes, INT_MAX / 2);
  if (bytes == 0) return {link, Health::unknown, "this kernel does not tell"};
  if (bytes >= wanted) return {link, Health::ok, fmt::format("{} bytes", bytes)};
  return {link,
          Health::broken,
          fmt::format("{} bytes and not {}", bytes, wanted),
          {start_daemon(gateway, found->owner->pid)}};
}

}  // namespace wgaudit
