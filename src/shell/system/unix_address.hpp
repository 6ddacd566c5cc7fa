#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <optional>
#include <string_view>

namespace wgaudit {

/// The address of a unix socket (unix(7)); nothing where the path is longer than one can be.
inline std::optional<sockaddr_un> unix_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.size() >= sizeof address.sun_path) return std::nullopt;
  text.copy(address.sun_path, text.size());
  return address;
}

/// The address as the system calls take it.
inline const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Removes the socket, of whatever type, that a killed run has left and on which no process listens
/// any more. Returns what else is in the way; empty: nothing.
std::string_view remove_abandoned(const std::filesystem::path& path, const sockaddr_un& address);

}  // namespace wgaudit
