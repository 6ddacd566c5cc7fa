#include "shell/system/child_process.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include <optional>

#include "support/temporary_folder.hpp"
#include "system/child_runs.hpp"

namespace wgaudit::child_process_test {
namespace {

using namespace std::chrono_literals;
using End = ChildResult::End;

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

/// With a limit that leaves `spec` the time to print something.
ChildResult run_to_the_time_limit(ChildSpec spec) {
  for (spec.time_limit = 200ms;; spec.time_limit *= 2) {
    const auto start = std::chrono::steady_clock::now();
    ChildResult got = run(spec);
    EXPECT_GE(std::chrono::steady_clock::now() - start, spec.time_limit);
    if (got.output.size() != 0 || spec.time_limit > deadline) return got;
  }
}

TEST(ChildProcess, TheTimeLimitEndsTheWholeGroup) {
  // A shell that waits for its child, one that ignores all it can, one that is stopped.
  for (const char* script : {"sleep 1000 & echo $!; wait",
                             "trap '' TERM INT HUP; sleep 1000 & "
                             "echo $!; sleep 1000",
                             "sleep 1000 & echo $!; kill -STOP $$"}) {
    SCOPED_TRACE(script);
    const ChildResult got = run_to_the_time_limit(shell(script));
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

}  // namespace
}  // namespace wgaudit::child_process_test
