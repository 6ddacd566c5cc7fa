// What a child inherits and what it leaves behind.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>

#include "system/child_runs.hpp"

namespace wgaudit::child_surroundings_test {
namespace {

using namespace std::chrono_literals;
using End = ChildResult::End;

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

}  // namespace
}  // namespace wgaudit::child_surroundings_test
