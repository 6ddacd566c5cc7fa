#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shell/system/wiped_buffer.hpp"

namespace wgaudit {

struct ChildSpec {
  std::filesystem::path program;           ///< Run as it stands: no shell, no search in PATH.
  std::vector<std::string> arguments{};    ///< From argv[1]; argv[0] is `program`.
  std::vector<std::string> environment{};  ///< `NAME=value`. Nothing is inherited.
  std::string input{};  ///< Its standard input; bytes that it does not read are dropped.
  std::chrono::milliseconds time_limit{};
  bool gets_net_admin = false;   ///< CAP_NET_ADMIN, if we have it; else it gets no capability.
  std::size_t output_limit = 0;  ///< In bytes, of standard output and of standard error, each.
};

struct ChildResult {
  enum class End {
    exited,
    signalled,
    timed_out,
    output_too_long,
    not_started,
  };
  End end = End::not_started;
  int status = 0;      ///< The exit code, the signal, or why it was not started (errno).
  WipedBuffer output;  ///< Where it was cut off: what had been read.
  std::string error_output;
  std::chrono::microseconds cpu{0};  ///< Processor time, if it was waited for to its end.
};

/// One run of a program, in a process group of its own. However the run ends, the whole group is
/// killed: no process that the program has left stays, or keeps us waiting. (A process that gives
/// itself a group of its own escapes; it still cannot keep us waiting.)
///
/// The program gets default signals and the descriptors 0, 1 and 2 only. It is waited for by pidfd:
/// no handler of SIGCHLD is needed, but the signal must not be ignored in this process.
class ChildProcess {
 public:
  using Done = std::function<void(ChildResult)>;

  /// `done` is called once, from `io`, never from here, and may destroy this object.
  ChildProcess(boost::asio::io_context& io, ChildSpec spec, Done done);
  /// Kills what still runs; `done` is not called any more.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// False once `done` is being called and the process is gone. It is still true after `done` where
  /// the kernel holds a killed process back (one that waits for rtnl_lock cannot be interrupted).
  bool running() const;

 private:
  class Run;
  std::shared_ptr<Run> run_;  // shared with the handlers that `io` still has to call
};

}  // namespace wgaudit
