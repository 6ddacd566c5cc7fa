#include "shell/system/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {
#include <sys/pidfd.h>  // declares for C only (glibc 2.36)
}

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <cassert>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "shell/system/file_descriptor.hpp"
#include "shell/system/privileges.hpp"

namespace wgaudit {
namespace {

using boost::asio::posix::stream_descriptor;
using ErrorCode = boost::system::error_code;

// How long a killed process is waited for before the result is reported without it.
constexpr std::chrono::seconds kill_grace{1};

/// Why a program was not started (errno); caught where it is started.
struct NotStarted {
  int error;
};

[[noreturn]] void fail(int error) {
  throw NotStarted{error};
}

/// For the functions that return an error number.
void check_spawn(int error) {
  if (error != 0) fail(error);
}

FileDescriptor checked(int fd) {
  if (fd < 0) fail(errno);
  return FileDescriptor(fd);
}

void give(FileDescriptor fd, stream_descriptor& owner) {
  ErrorCode error;
  owner.assign(fd.get(), error);
  if (error) fail(error.value());
  fd.release();
}

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

class FileActions {
 public:
  FileActions() { check_spawn(posix_spawn_file_actions_init(&actions_)); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void dup(const FileDescriptor& from, int to) {
    check_spawn(posix_spawn_file_actions_adddup2(&actions_, from.get(), to));
  }
  void close_from(int first) {
    check_spawn(posix_spawn_file_actions_addclosefrom_np(&actions_, first));
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A process group of its own, no signal blocked, none ignored.
class FreshAttributes {
 public:
  FreshAttributes() {
    check_spawn(posix_spawnattr_init(&attributes_));
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~FreshAttributes() { posix_spawnattr_destroy(&attributes_); }
  FreshAttributes(const FreshAttributes&) = delete;
  FreshAttributes& operator=(const FreshAttributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

/// The form that exec wants; borrows from `strings`.
std::vector<char*> to_vector(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

pid_t spawn(const ChildSpec& spec, const FileActions& actions) {
  std::vector<std::string> arguments{spec.program.string()};
  arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
  const auto argv = to_vector(arguments);
  const auto envp = to_vector(spec.environment);
  const FreshAttributes attributes;
  std::optional<NetAdminForChildren> net_admin;
  if (spec.gets_net_admin) net_admin.emplace();
  pid_t pid = 0;
  check_spawn(
      ::posix_spawn(&pid, argv[0], actions.get(), attributes.get(), argv.data(), envp.data()));
  return pid;
}

/// The process itself as well: it may have left its group.
void kill_group(pid_t pid) {
  assert(pid > 0);
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);
}

/// Waits for the end of a process; 0, or errno where there is none to wait for. By the system call:
/// the library's waitid does not pass on what the process has used.
int reap(idtype_t type, int id, siginfo_t& info, rusage& used) {
  while (::syscall(SYS_waitid, type, static_cast<id_t>(id), &info, WEXITED, &used) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

std::chrono::microseconds cpu_of(const rusage& used) {
  const auto duration = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return duration(used.ru_utime) + duration(used.ru_stime);
}

}  // namespace

class ChildProcess::Run : public std::enable_shared_from_this<ChildProcess::Run> {
 public:
  Run(boost::asio::io_context& io, ChildSpec spec, Done done)
      : spec_(std::move(spec)),
        done_(std::move(done)),
        exit_(io),
        time_limit_(io),
        grace_(io),
        input_(io),
        output_(io),
        errors_(io) {}

  void start() {
    try {
      spawn_with_pipes();
    } catch (const NotStarted& failure) {
      result_.status = failure.error;
      boost::asio::post(exit_.get_executor(), [self = shared_from_this()] { self->report(); });
      return;
    }
    exit_.async_wait(stream_descriptor::wait_read, unless_cancelled(&Run::on_exit));
    time_limit_.expires_after(spec_.time_limit);
    time_limit_.async_wait(unless_cancelled(&Run::on_time_limit));
    on_writable();
    watch(output_);
    watch(errors_);
  }

  void abandon() {
    done_ = nullptr;
    if (pid_ != 0) kill_group(pid_);
    stop_waiting();
  }

  bool running() const { return done_ || pid_ != 0; }

 private:
  using End = ChildResult::End;

  struct Stream {
    explicit Stream(boost::asio::io_context& io) : pipe(io) {}
    stream_descriptor pipe;
    WipedBuffer bytes;
  };

  void spawn_with_pipes() {
    Pipe input = make_pipe();
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    FileActions actions;
    // In the order they were made in: should one of ours be below 3, because we were started
    // without a standard input or output, it is copied before its place is taken.
    actions.dup(input.read, STDIN_FILENO);
    actions.dup(output.write, STDOUT_FILENO);
    actions.dup(errors.write, STDERR_FILENO);
    actions.close_from(STDERR_FILENO + 1);
    own(input.write, input_);
    own(output.read, output_.pipe);
    own(errors.read, errors_.pipe);
    const pid_t pid = spawn(spec_, actions);
    own_pidfd(pid);
    pid_ = pid;
    // A pipe that has a reader never raises SIGPIPE, so we stay one until the input is written.
    input_reader_ = std::move(input.read);
  }

  static void own(FileDescriptor& fd, stream_descriptor& owner) {
    give(std::move(fd), owner);
    owner.native_non_blocking(true);
  }

  void own_pidfd(pid_t pid) {
    try {
      give(checked(::pidfd_open(pid, 0)), exit_);
    } catch (const NotStarted&) {
      siginfo_t info{};
      kill_group(pid);
      rusage used{};
      reap(P_PID, pid, info, used);
      throw;
    }
  }

  std::function<void(const ErrorCode&)> unless_cancelled(void (Run::*method)()) {
    return [self = shared_from_this(), method](const ErrorCode& error) {
      if (!error) (self.get()->*method)();
    };
  }

  void watch(Stream& stream) {
    stream.pipe.async_wait(stream_descriptor::wait_read,
                           [self = shared_from_this(), &stream](const ErrorCode& error) {
                             if (!error) self->on_readable(stream);
                           });
  }

  void on_writable() {
    if (!input_.is_open()) return;
    while (written_ < spec_.input.size()) {
      const std::string_view rest = std::string_view(spec_.input).substr(written_);
      const ssize_t count = ::write(input_.native_handle(), rest.data(), rest.size());
      if (count < 0) {
        input_.async_wait(stream_descriptor::wait_write, unless_cancelled(&Run::on_writable));
        return;
      }
      written_ += static_cast<std::size_t>(count);
    }
    close_input();
  }

  void on_readable(Stream& stream) {
    if (!stream.pipe.is_open()) return;
    read_some(stream);
    if (is_too_long(stream)) return cut_off(End::output_too_long);
    if (stream.pipe.is_open()) watch(stream);
  }

  /// One byte more than the limit is let in: it shows that there is more.
  void read_some(Stream& stream) {
    const auto room = stream.bytes.room();
    const std::size_t size = std::min(room.size(), spec_.output_limit + 1 - stream.bytes.size());
    const ssize_t count = ::read(stream.pipe.native_handle(), room.data(), size);
    if (count > 0) {
      stream.bytes.commit(static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      stream.pipe.close();
    }
  }

  bool is_too_long(const Stream& stream) const { return stream.bytes.size() > spec_.output_limit; }

  void on_time_limit() {
    if (pid_ != 0 && !cut_off_) cut_off(End::timed_out);
  }

  void cut_off(End end) {
    cut_off_ = true;
    result_.end = end;
    kill_group(pid_);
    stop_waiting();
    grace_.expires_after(kill_grace);
    grace_.async_wait(unless_cancelled(&Run::report));
  }

  void on_exit() {
    // Before the process is reaped: its number, which is that of the group, is ours only until
    // then.
    kill_group(pid_);
    siginfo_t info{};
    rusage used{};
    const int error = reap(P_PIDFD, exit_.native_handle(), info, used);
    result_.cpu = cpu_of(used);
    exit_.close();
    pid_ = 0;
    if (!cut_off_) {
      set_end(info, error);
      read_what_is_left(output_);
      read_what_is_left(errors_);
    }
    report();
  }

  void set_end(const siginfo_t& info, int error) {
    if (error != 0) {
      // Other code reaped it, so its end is unknown: the same as if it had not run.
      result_.status = error;
      return;
    }
    result_.end = info.si_code == CLD_EXITED ? End::exited : End::signalled;
    result_.status = info.si_status;
  }

  /// Reads what is in the pipe now, and no more: a process that left the group may write for ever.
  void read_what_is_left(Stream& stream) {
    int left = 0;
    if (!stream.pipe.is_open() || ::ioctl(stream.pipe.native_handle(), FIONREAD, &left) != 0)
      return;
    const std::size_t goal = stream.bytes.size() + static_cast<std::size_t>(left);
    while (stream.pipe.is_open() && stream.bytes.size() < goal && !is_too_long(stream)) {
      read_some(stream);
    }
    if (is_too_long(stream)) result_.end = End::output_too_long;
  }

  void report() {
    stop_waiting();
    result_.output = std::move(output_.bytes);
    result_.error_output = errors_.bytes.view();
    if (const Done done = std::exchange(done_, nullptr)) done(std::move(result_));
  }

  /// For all but the end of the process: that must be waited for, or it would stay a zombie.
  void stop_waiting() {
    time_limit_.cancel();
    grace_.cancel();
    close_input();
    output_.pipe.close();
    errors_.pipe.close();
  }

  void close_input() {
    input_.close();
    input_reader_.reset();
  }

  const ChildSpec spec_;
  Done done_;
  ChildResult result_;
  pid_t pid_ = 0;  // until it is reaped
  bool cut_off_ = false;
  stream_descriptor exit_;
  boost::asio::steady_timer time_limit_;
  boost::asio::steady_timer grace_;
  stream_descriptor input_;
  FileDescriptor input_reader_;
  std::size_t written_ = 0;
  Stream output_;
  Stream errors_;
};

ChildProcess::ChildProcess(boost::asio::io_context& io, ChildSpec spec, Done done)
    : run_(std::make_shared<Run>(io, std::move(spec), std::move(done))) {
  run_->start();
}

ChildProcess::~ChildProcess() {
  run_->abandon();
}

bool ChildProcess::running() const {
  return run_->running();
}

}  // namespace wgaudit
