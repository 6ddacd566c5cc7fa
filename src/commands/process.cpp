#include "commands/process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "shell/file.hpp"

namespace wgaudit {

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  return variables;
}

UtcTime utc_now() {
  return std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now());
}

void tidy_inheritance() {
  while (true) {
    FileDescriptor null = open_file("/dev/null", O_RDWR);
    if (!null.is_open() || null.get() > STDERR_FILENO) break;
    null.release();
  }
  std::signal(SIGCHLD, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);  // a closed standard error must not end the record
}

}  // namespace wgaudit
