#include "shell/child_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>
#include <set>

#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit {
namespace {

using namespace std::chrono_literals;
using End = ChildResult::End;

// No test comes near it unless something is wrong.
constexpr auto deadline = 30s;
constexpr std::size_t mebibyte = 1U << 20U;

ChildSpec program(std::filesystem::path path, std::vector<std::string> arguments = {}) {
  return {.program = std::move(path),
          .arguments = std::move(arguments),
          .environment = {"PATH=/usr/bin:/bin"},
          .time_limit = deadline,
          .output_limit = 4 * mebibyte};
}

ChildSpec shell(const std::string& script) {
  return program("/bin/sh", {"-c", script});
}

void run_to_the_end(boost::asio::io_context& io) {
  io.restart();
  io.run_for(2 * deadline);
  EXPECT_TRUE(io.stopped()) << "something is still being waited for";
}

/// With the result nothing may be left to wait for.
void run_until(boost::asio::io_context& io, const std::optional<ChildResult>& result) {
  io.restart();
  while (!result && io.run_one_for(2 * deadline) > 0) continue;
  if (!result) throw std::runtime_error("no result");
  io.poll();
  EXPECT_TRUE(io.stopped()) << "something is still being waited for";
}

ChildResult run(boost::asio::io_context& io, ChildSpec spec) {
  std::optional<ChildResult> result;
  ChildProcess child(io, std::move(spec), [&](ChildResult got) {
    EXPECT_FALSE(result) << "reported twice";
    result = std::move(got);
  });
  EXPECT_FALSE(result) << "reported from the constructor";
  EXPECT_TRUE(child.running());
  run_until(io, result);
  EXPECT_FALSE(child.running());
  return std::move(*result);
}

ChildResult run(ChildSpec spec) {
  boost::asio::io_context io;
  return run(io, std::move(spec));
}

/// Asio opens descriptors of its own at the first use.
void use_once(boost::asio::io_context& io) {
  run(io, shell(":"));
}

/// We have no child any more, not even a dead one.
bool has_no_children() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

/// Gone, or dead and only waiting for somebody to notice.
bool is_dead(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return true;
  return line.substr(line.rfind(')') + 2, 1) == "Z";
}

/// A killed process is not dead at once.
bool dies(const std::string& pid) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!is_dead(pid) && std::chrono::steady_clock::now() < end) ::sched_yield();
  return is_dead(pid);
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return std::distance(begin(entries), end(entries));
}

TEST(ChildProcess, TellsHowTheRunEnded) {
  const struct {
    const char* name;
    ChildSpec spec;
    End end;
    int status;
    std::string_view output;
    std::string_view error_output;
  } rows[] = {
      {"success", shell("echo out; echo err >&2"), End::exited, 0, "out\n", "err\n"},
      {"exit code", shell("printf 'no end of line'; exit 3"), End::exited, 3, "no end of line", ""},
      {"highest exit code", shell("exit 255"), End::exited, 255, "", ""},
      {"signal", shell("echo before; kill -TERM $$"), End::signalled, SIGTERM, "before\n", ""},
      {"missing", program("/nonexistent/program"), End::not_started, ENOENT, "", ""},
      {"a folder", program("/usr"), End::not_started, EACCES, "", ""},
      {"no search in PATH", program("sh"), End::not_started, ENOENT, "", ""},
      {"argv", program("/usr/bin/printf", {"%s|", "a b", "", "$HOME", "*"}), End::exited, 0,
       "a b||$HOME|*|", ""},
      {"stdout closed early", shell("exec >&-; cat >/dev/null; exit 7"), End::exited, 7, "", ""},
      {"both closed early", shell("exec >&- 2>&-; cat >/dev/null; exit 7"), End::exited, 7, "", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const ChildResult got = run(row.spec);
    EXPECT_EQ(got.end, row.end);
    EXPECT_EQ(got.status, row.status);
    EXPECT_EQ(got.output.view(), row.output);
    EXPECT_EQ(got.error_output, row.error_output);
  }
}

TEST(ChildProcess, AFileWithoutAnInterpreterIsNotGivenToAShell) {
  const TemporaryFolder folder;
  const auto file = folder.write("script", "echo no\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  const ChildResult got = run(program(file));
  EXPECT_EQ(got.end, End::not_started);
  EXPECT_EQ(got.status, ENOEXEC);
}

TEST(ChildProcess, CarriesOneMebibyteBothWays) {
  std::string text;
  while (text.size() < mebibyte) text += std::to_string(text.size()) + ' ';
  ChildSpec spec = shell("tee /dev/stderr");
  spec.input = text;
  const ChildResult got = run(std::move(spec));
  EXPECT_EQ(got.end, End::exited);
  EXPECT_TRUE(got.output.view() == text);
  EXPECT_TRUE(got.error_output == text);
}

TEST(ChildProcess, InputCanBeOpenedByName) {
  ChildSpec spec = program("/bin/cat", {"/dev/stdin"});
  spec.input = "by name";
  EXPECT_EQ(run(std::move(spec)).output.view(), "by name");
}

TEST(ChildProcess, InputThatIsNotReadDoesNoHarm) {
  for (const char* script : {"exit 5", "exec <&-; echo out; exit 5", "read -r line; exit 5"}) {
    SCOPED_TRACE(script);
    ASSERT_NE(::signal(SIGPIPE, SIG_DFL), SIG_ERR);
    ChildSpec spec = shell(script);
    spec.input = std::string(mebibyte, '\n');
    const ChildResult got = run(std::move(spec));
    EXPECT_EQ(got.end, End::exited);
    EXPECT_EQ(got.status, 5);
  }
}

TEST(ChildProcess, OutputUpToTheLimitIsWhole) {
  for (const int size : {1, 1000, 65536, 100000}) {
    SCOPED_TRACE(size);
    const std::string script = "head -c " + std::to_string(size) + " /dev/zero";
    for (const char* stream : {"", " >&2"}) {
      ChildSpec spec = shell(script + stream);
      spec.output_limit = static_cast<std::size_t>(size);
      const ChildResult whole = run(spec);
      EXPECT_EQ(whole.end, End::exited);
      EXPECT_EQ(whole.output.size() + whole.error_output.size(), static_cast<std::size_t>(size));
      spec.output_limit -= 1;
      EXPECT_EQ(run(std::move(spec)).end, End::output_too_long);
    }
  }
}

TEST(ChildProcess, WhatWasPrintedBeforeTheEndIsReadAfterIt) {
  boost::asio::io_context io;
  std::optional<ChildResult> result;
  const ChildProcess child(io, shell("head -c 60000 /dev/zero | tee /dev/stderr"),
                           [&](ChildResult got) { result = std::move(got); });
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
  run_until(io, result);
  EXPECT_EQ(result->output.size(), 60000U);
  EXPECT_EQ(result->error_output.size(), 60000U);
}

TEST(ChildProcess, EndlessOutputIsStoppedAtTheLimit) {
  ChildSpec spec = program("/usr/bin/yes");
  spec.output_limit = mebibyte;
  const ChildResult got = run(std::move(spec));
  EXPECT_EQ(got.end, End::output_too_long);
  EXPECT_EQ(got.output.size(), mebibyte + 1);
  EXPECT_TRUE(has_no_children());
}

TEST(ChildProcess, TheTimeLimitEndsTheWholeGroup) {
  // A shell that waits for its child, one that ignores all it can, one that is stopped.
  for (const char* script : {"sleep 1000 & echo $!; wait",
                             "trap '' TERM INT HUP; sleep 1000 & "
                             "echo $!; sleep 1000",
                             "sleep 1000 & echo $!; kill -STOP $$"}) {
    SCOPED_TRACE(script);
    ChildSpec spec = shell(script);
    spec.time_limit = 200ms;
    const auto start = std::chrono::steady_clock::now();
    const ChildResult got = run(std::move(spec));
    EXPECT_GE(std::chrono::steady_clock::now() - start, 200ms);
    EXPECT_EQ(got.end, End::timed_out);
    const std::string grandchild(got.output.view().substr(0, got.output.size() - 1));
    EXPECT_TRUE(dies(grandchild)) << grandchild;
    EXPECT_TRUE(has_no_children());
  }
}

TEST(ChildProcess, ALimitThatIsReachedAsTheProgramEndsIsReportedOnce) {
  for (const std::size_t output_limit : {1U, 1000U}) {
    SCOPED_TRACE(output_limit);
    boost::asio::io_context io;
    std::optional<ChildResult> result;
    ChildSpec spec = shell("echo out; echo err >&2");
    spec.time_limit = 1ms;
    spec.output_limit = output_limit;
    const auto start = std::chrono::steady_clock::now();
    const ChildProcess child(io, std::move(spec), [&](ChildResult got) {
      EXPECT_FALSE(result) << "reported twice";
      result = std::move(got);
    });
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
    while (std::chrono::steady_clock::now() - start < 2ms) ::sched_yield();
    run_until(io, result);
    EXPECT_NE(result->end, End::not_started);
    EXPECT_TRUE(has_no_children());
  }
}

TEST(ChildProcess, AGrandchildThatHoldsThePipesIsNotWaitedFor) {
  // The second one runs in a session of its own, so it is not killed, and writes without end.
  const ChildResult in_group = run(shell("sleep 1000 & echo $!; exit 4"));
  EXPECT_EQ(in_group.end, End::exited);
  EXPECT_EQ(in_group.status, 4);
  const std::string grandchild(in_group.output.view().substr(0, in_group.output.size() - 1));
  EXPECT_TRUE(dies(grandchild)) << grandchild;

  ChildSpec escaping = shell("setsid -f yes & wait $!; exit 4");
  escaping.output_limit = 1024 * mebibyte;
  const ChildResult escaped = run(std::move(escaping));
  EXPECT_EQ(escaped.end, End::exited);
  EXPECT_EQ(escaped.status, 4);
}

TEST(ChildProcess, TheEnvironmentIsWhatWasGiven) {
  ASSERT_EQ(::setenv("WGAUDIT_TEST_SECRET", "1", 1), 0);
  ChildSpec spec = program("/usr/bin/env");
  spec.environment = {"B=two words", "A="};
  EXPECT_EQ(run(spec).output.view(), "B=two words\nA=\n");
  spec.environment.clear();
  EXPECT_EQ(run(std::move(spec)).output.view(), "");
}

TEST(ChildProcess, NoDescriptorIsInherited) {
  const int inheritable = ::fcntl(STDOUT_FILENO, F_DUPFD, 100);
  ASSERT_GE(inheritable, 100);
  // 3 is the folder that ls has open to list it.
  EXPECT_EQ(run(program("/bin/ls", {"/proc/self/fd"})).output.view(), "0\n1\n2\n3\n");
  ::close(inheritable);
}

TEST(ChildProcess, RunsWhereWeHaveNoStandardStreams) {
  boost::asio::io_context io;
  use_once(io);
  int saved[3];
  for (int fd = 0; fd < 3; ++fd) {
    saved[fd] = ::fcntl(fd, F_DUPFD_CLOEXEC, 100);
    ::close(fd);
  }
  ChildSpec spec = shell("cat; echo err >&2");
  spec.input = "in";
  const ChildResult got = run(io, std::move(spec));
  for (int fd = 0; fd < 3; ++fd) {
    ::dup2(saved[fd], fd);
    ::close(saved[fd]);
  }
  EXPECT_EQ(got.output.view(), "in");
  EXPECT_EQ(got.error_output, "err\n");
}

TEST(ChildProcess, SignalsAreNeitherBlockedNorIgnored) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &blocked, &before), 0);
  ASSERT_NE(::signal(SIGPIPE, SIG_IGN), SIG_ERR);
  const ChildResult got = run(program("/bin/grep", {"-E", "Sig(Blk|Ign)", "/proc/self/status"}));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  unsigned long blocked_there = 1;
  unsigned long ignored_there = 1;
  const std::string output(got.output.view());
  ASSERT_EQ(std::sscanf(output.c_str(), "SigBlk: %lx SigIgn: %lx", &blocked_there, &ignored_there),
            2);
  EXPECT_EQ(blocked_there, 0U);
  // glibc starts every program with signals 32 and 33, its own, ignored.
  EXPECT_EQ(ignored_there & 0x7fffffff, 0U);
}

TEST(ChildProcess, TwoHundredRunsLeaveNothingBehind) {
  boost::asio::io_context io;
  ChildSpec reading = shell("cat");
  reading.input = "text";
  ChildSpec hanging = shell("sleep 1000 & wait");
  hanging.time_limit = 1ms;
  use_once(io);
  const auto before = open_descriptors();
  for (int round = 0; round < 50; ++round) {
    EXPECT_EQ(run(io, reading).output.view(), "text");
    EXPECT_EQ(run(io, hanging).end, End::timed_out);
    EXPECT_EQ(run(io, program("/nonexistent")).end, End::not_started);
    EXPECT_EQ(run(io, shell("kill -KILL $$")).end, End::signalled);
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_TRUE(has_no_children());
}

TEST(ChildProcess, HoldsDescriptorsThatNobodyInheritsAndOnlyUntilTheResult) {
  boost::asio::io_context io;
  use_once(io);
  const auto before = open_descriptors();
  std::set<int> ours;
  for (int fd = 0; fd < 1000; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) ours.insert(fd);
  }
  std::optional<ChildResult> result;
  ChildSpec spec = shell("cat >/dev/null");
  spec.input = std::string(mebibyte, 'x');
  const ChildProcess child(io, std::move(spec), [&](ChildResult got) { result = std::move(got); });
  EXPECT_EQ(open_descriptors(), before + 5) << "both ends of the input, two outputs, a pidfd";
  for (int fd = 0; fd < 1000; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0 || ours.count(fd) != 0) continue;
    EXPECT_EQ(flags & FD_CLOEXEC, FD_CLOEXEC) << fd;
  }
  run_until(io, result);
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ChildProcess, NoDescriptorToSpareIsAFailureToStart) {
  boost::asio::io_context io;
  use_once(io);
  const auto before = open_descriptors();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int free = ::dup(STDERR_FILENO);
  ::close(free);
  int failures = 0;
  // One descriptor more in each round until the run succeeds, so that each step fails once.
  for (End end = End::not_started; end != End::exited; ++failures) {
    SCOPED_TRACE(failures);
    rlimit lower = limit;
    lower.rlim_cur = static_cast<rlim_t>(free + failures);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &lower), 0);
    const ChildResult got = run(io, shell("echo out"));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    end = got.end;
    if (end != End::exited) {
      ASSERT_EQ(end, End::not_started);
      EXPECT_EQ(got.status, EMFILE);
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_TRUE(has_no_children());
  }
  EXPECT_GE(failures, 8) << "six ends of pipes and a pidfd fail, then the run succeeds";
}

TEST(ChildProcess, DestroyingItKillsTheGroupAndReportsNothing) {
  boost::asio::io_context io;
  use_once(io);
  const auto before = open_descriptors();
  const TemporaryFolder folder;
  const std::string fifo = folder.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  {
    const ChildProcess child(io, shell("sleep 1000 & echo $! >" + fifo + "; wait"),
                             [](ChildResult) { ADD_FAILURE() << "reported"; });
    std::string grandchild = read_file(fifo);
    grandchild.pop_back();
    EXPECT_FALSE(is_dead(grandchild));
  }
  run_to_the_end(io);
  EXPECT_TRUE(has_no_children());
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ChildProcess, DestroyingItBeforeAFailureToStartIsReportedReportsNothing) {
  boost::asio::io_context io;
  std::optional<ChildProcess> child;
  child.emplace(io, program("/nonexistent"), [](ChildResult) { ADD_FAILURE() << "reported"; });
  child.reset();
  run_to_the_end(io);
}

TEST(ChildProcess, DoneMayDestroyItAndStartTheNext) {
  boost::asio::io_context io;
  std::optional<ChildProcess> child;
  std::string told;
  const std::function<void(int)> start = [&](int left) {
    const std::string script = "echo " + std::to_string(left);
    child.emplace(io, shell(script), [&, left](ChildResult result) {
      told += result.output.view();
      if (left > 0) start(left - 1);
    });
  };
  start(3);
  run_to_the_end(io);
  EXPECT_EQ(told, "3\n2\n1\n0\n");
}

TEST(ChildProcess, ManyRunAtTheSameTime) {
  boost::asio::io_context io;
  std::vector<std::unique_ptr<ChildProcess>> children;
  std::vector<int> statuses(20, -1);
  for (int i = 0; i < 20; ++i) {
    ChildSpec spec = shell("cat >/dev/null; exit " + std::to_string(i));
    spec.input = std::string(mebibyte / 4, 'x');
    children.push_back(
        std::make_unique<ChildProcess>(io, std::move(spec), [&statuses, i](ChildResult result) {
          statuses[static_cast<std::size_t>(i)] = result.status;
        }));
  }
  run_to_the_end(io);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(statuses[static_cast<std::size_t>(i)], i);
}

TEST(ChildProcess, TheLoopMayEndBeforeTheChildIsReaped) {
  {
    boost::asio::io_context io;
    const ChildProcess child(io, shell("sleep 1000"), [](ChildResult) { ADD_FAILURE(); });
  }
  EXPECT_GT(::waitpid(-1, nullptr, 0), 0);
  EXPECT_TRUE(has_no_children());
}

TEST(WipedBuffer, GrowsAndMovesWithItsBytes) {
  WipedBuffer buffer;
  EXPECT_EQ(buffer.view(), "");
  std::string expected;
  while (expected.size() < 100000) {
    const auto room = buffer.room();
    ASSERT_FALSE(room.empty());
    const std::string piece = std::to_string(expected.size()).substr(0, room.size());
    std::copy(piece.begin(), piece.end(), room.begin());
    buffer.commit(piece.size());
    expected += piece;
  }
  EXPECT_EQ(buffer.view(), expected);

  WipedBuffer moved(std::move(buffer));
  EXPECT_EQ(moved.view(), expected);
  WipedBuffer assigned;
  assigned.room()[0] = 'x';
  assigned.commit(1);
  assigned = std::move(moved);
  EXPECT_EQ(assigned.view(), expected);
  assigned = WipedBuffer();
  EXPECT_EQ(assigned.view(), "");
}

}  // namespace
}  // namespace wgaudit
