#include "shell/system/syslog_sender.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shell/system/file_descriptor.hpp"
#include "shell/system/unix_address.hpp"

namespace wgaudit {

bool send_to_syslog(const std::filesystem::path& socket, std::string_view text) {
  const auto address = unix_address(socket);
  if (!address) {
    errno = ENAMETOOLONG;
    return false;
  }
  const FileDescriptor sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const std::string datagram =
      fmt::format("<{}>wgaudit[{}]: {}", LOG_AUTHPRIV | LOG_INFO, ::getpid(), text);
  return sender.is_open() && ::sendto(sender.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
                                      generic(*address), sizeof *address) >= 0;
}

}  // namespace wgaudit
