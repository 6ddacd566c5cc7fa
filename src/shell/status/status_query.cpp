#include "shell/status/status_query.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "shell/system/file_descriptor.hpp"
#include "shell/system/unix_address.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

// The answer for fifty thousand peers fits.
constexpr std::size_t max_answer = 128U << 20U;

[[noreturn]] void fail(const std::filesystem::path& socket, std::string_view why) {
  throw SetupError(fmt::format("{}: {}", to_printable(socket.string()), why), EX_UNAVAILABLE);
}

[[noreturn]] void fail(const std::filesystem::path& socket, int error) {
  if (error == ENOENT || error == ECONNREFUSED) {
    fail(socket,
         "no daemon answers there; start it (systemctl start wgaudit), or name its socket with "
         "--status-socket");
  }
  if (error == EACCES) fail(socket, "not permitted; ask as root, or as one of the socket's group");
  fail(socket, error_text(error));
}

[[noreturn]] void fail_late(const std::filesystem::path& socket) {
  fail(socket,
       "the daemon does not answer: it hangs or has no time; see systemctl status wgaudit, and "
       "restart it");
}

/// Where the socket's queue is full, connect(2) itself waits, for as long as SO_SNDTIMEO says.
FileDescriptor connect_to(const std::filesystem::path& path, std::chrono::milliseconds limit) {
  const auto address = unix_address(path);
  if (path.empty() || !address) {
    fail(path, "is no path of a socket; name one of 1 to 107 bytes with --status-socket");
  }
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
  const timeval time{seconds.count(), std::chrono::microseconds(limit - seconds).count()};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  if (::connect(socket.get(), generic(*address), sizeof *address) != 0) {
    if (errno == EAGAIN) fail_late(path);
    fail(path, errno);
  }
  return socket;
}

bool wait_for_bytes(const FileDescriptor& socket, std::chrono::milliseconds limit) {
  pollfd waiting{socket.get(), POLLIN, 0};
  const int ready = ::poll(&waiting, 1, static_cast<int>(limit.count()));
  return ready > 0 || (ready < 0 && errno == EINTR);
}

}  // namespace

std::string ask_for_status(const std::filesystem::path& path,
                           std::chrono::milliseconds time_limit) {
  const FileDescriptor socket = connect_to(path, time_limit);
  std::string answer;
  std::array<char, 65536> bytes;
  for (;;) {
    if (!wait_for_bytes(socket, time_limit)) fail_late(path);
    const ssize_t size = ::recv(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) fail(path, errno);
    if (size == 0) break;
    answer.append(bytes.data(), static_cast<std::size_t>(size));
    if (answer.size() > max_answer) fail(path, "the answer is too long: it is no wgaudit's");
  }
  if (!answer.ends_with('\n'))
    fail(path, "the daemon ended in the middle of its answer; ask again");
  answer.pop_back();
  return answer;
}

ToldStatus read_answer(const std::filesystem::path& socket, const std::string& answer) {
  auto told = parse_status(answer);
  if (!told) fail(socket, fmt::format("what answers is no wgaudit daemon: {}", told.error()));
  return *std::move(told);
}

}  // namespace wgaudit
