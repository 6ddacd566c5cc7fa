#include "shell/system/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

#include "shell/system/file_descriptor.hpp"

namespace wgaudit::log_test {
namespace {

/// Standard error is a pipe while this lives.
class PipedStderr {
 public:
  PipedStderr() {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    read_end = FileDescriptor(ends[0]);
    const FileDescriptor write_end(ends[1]);
    ::dup2(write_end.get(), STDERR_FILENO);
  }
  ~PipedStderr() { ::dup2(before_.get(), STDERR_FILENO); }

  FileDescriptor read_end;

 private:
  FileDescriptor before_{::dup(STDERR_FILENO)};
};

TEST(DaemonLog, IsALineThatNamesTheProgram) {
  const PipedStderr piped;
  write_daemon_log("listening");
  std::array<char, 64> text{};
  EXPECT_EQ(::read(piped.read_end.get(), text.data(), text.size()), 19);
  EXPECT_STREQ(text.data(), "wgaudit: listening\n");
}

// A call that waited would never come back: nobody reads.
TEST(DaemonLog, AReaderThatDoesNotReadStopsNothing) {
  const PipedStderr unread;
  const std::string line(10'000, 'x');
  for (int i = 0; i < 100; ++i) write_line_to_stderr(line + "\n");
  const int capacity = ::fcntl(unread.read_end.get(), F_GETPIPE_SZ);
  std::string got(static_cast<std::size_t>(capacity) + 1, '\0');
  EXPECT_GT(::read(unread.read_end.get(), got.data(), got.size()), capacity / 2);
}

}  // namespace
}  // namespace wgaudit::log_test
