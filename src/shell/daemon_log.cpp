#include "shell/daemon_log.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace wgaudit {

void write_line_to_stderr(const std::string& line) {
  pollfd stderr_poll{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&stderr_poll, 1, 0) != 1 || (stderr_poll.revents & POLLOUT) == 0) return;
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void write_daemon_log(std::string text) {
  write_line_to_stderr(fmt::format("wgaudit: {}\n", text));
}

}  // namespace wgaudit
