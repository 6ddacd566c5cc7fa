#include "shell/system/log.hpp"

#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <string_view>

namespace wgaudit {

void write_line_to_stderr(const std::string& line) {
  static std::mutex one_at_a_time;  // loop and writer
  const std::lock_guard lock(one_at_a_time);
  for (std::string_view rest = line; !rest.empty();) {
    pollfd stderr_poll{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&stderr_poll, 1, 0) != 1 || (stderr_poll.revents & POLLOUT) == 0) return;
    const ssize_t written =
        ::write(STDERR_FILENO, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void write_daemon_log(std::string text) {
  write_line_to_stderr(fmt::format("wgaudit: {}\n", text));
}

}  // namespace wgaudit
