#include "shell/system/inherited_process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  return variables;
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
