#include "shell/syslog_sender.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "shell/file.hpp"

namespace wgaudit {

bool send_to_syslog(const std::filesystem::path& socket, std::string_view text) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.native().size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  std::memcpy(address.sun_path, socket.c_str(), socket.native().size());
  const FileDescriptor sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const std::string datagram =
      fmt::format("<{}>wgaudit[{}]: {}", LOG_AUTHPRIV | LOG_INFO, ::getpid(), text);
  return sender.is_open() &&
         ::sendto(sender.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address), sizeof address) >= 0;
}

}  // namespace wgaudit
