// Whoever starts a child may end before it does.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <functional>
#include <memory>
#include <optional>

#include "support/read_file.hpp"
#include "support/temporary_folder.hpp"
#include "system/child_runs.hpp"

namespace wgaudit::child_lifetime_test {
namespace {

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

}  // namespace
}  // namespace wgaudit::child_lifetime_test
