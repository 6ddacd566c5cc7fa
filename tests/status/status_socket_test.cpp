#include "shell/status/status_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <stdexcept>

#include "shell/status/status_query.hpp"
#include "shell/system/unix_address.hpp"
#include "status/status_sample.hpp"
#include "support/temporary_folder.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::status_socket_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class StatusSocketTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder.path() / "status.sock"; }

  void listen(milliseconds time_limit = seconds(20), milliseconds answer_age = seconds(60)) {
    socket.emplace(io, StatusSocket::Options{path(), time_limit, answer_age}, [this] {
      ++answers;
      return StatusJson(sample_status(peers), gw1);
    });
  }

  /// What a client gets, while the loop turns.
  std::string ask(milliseconds time_limit = seconds(20)) {
    auto answer = std::async(std::launch::async, [this, time_limit] {
      try {
        return ask_for_status(path(), time_limit);
      } catch (const SetupError& error) {
        EXPECT_EQ(error.exit_code, 69);
        return std::string(error.what()).substr(path().string().size() + 2);
      }
    });
    while (answer.wait_for(milliseconds(0)) != std::future_status::ready) {
      io.run_for(milliseconds(2));
      io.restart();
    }
    return answer.get();
  }

  /// One that says and reads nothing.
  FileDescriptor silent_client() {
    FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().native().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return client;
  }

  std::string refusal() {
    try {
      listen();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder;
  boost::asio::io_context io;
  std::vector<ShownPeer> peers = {{"alice"}};
  std::size_t answers = 0;
  std::optional<StatusSocket> socket;
};

const char* const cut_short = "the daemon ended in the middle of its answer; ask again";
const char* const nobody_there =
    "no daemon answers there; start it (systemctl start wgaudit), or name its socket with "
    "--status-socket";

TEST_F(StatusSocketTest, TellsEachWhoConnects) {
  listen();
  for (int i = 0; i < 3; ++i) {
    const auto told = read_answer(path(), ask());
    ASSERT_EQ(told.status.peers.size(), 1U);
    EXPECT_EQ(told.status.peers[0].peer()->name, "alice");
  }
}

TEST_F(StatusSocketTest, OneAnswerIsForAllWhoAskWhileItIsYoung) {
  peers.assign(2000, ShownPeer{"alice"});  // of several pieces
  listen();
  const std::string first = ask();
  EXPECT_EQ(ask(), first);
  EXPECT_EQ(answers, 1U);
}

TEST_F(StatusSocketTest, AnAnswerThatIsOldIsMadeAnew) {
  listen(seconds(20), milliseconds(1));
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (answers < 2 && std::chrono::steady_clock::now() < deadline) ask();
  EXPECT_EQ(answers, 2U);
}

TEST_F(StatusSocketTest, IsForItsOwnerAndGroupWhateverTheMaskIs) {
  const mode_t mask = ::umask(077);
  listen();
  ::umask(mask);
  struct stat status {};
  ::stat(path().c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
}

TEST_F(StatusSocketTest, IsGoneWithItsOwner) {
  EXPECT_EQ(ask(), nobody_there);
  listen();
  socket.reset();
  EXPECT_EQ(ask(), nobody_there);
}

TEST_F(StatusSocketTest, TakesThePlaceOfOneThatAKilledRunLeft) {
  listen();
  const auto left = folder.path() / "left";
  std::filesystem::rename(path(), left);
  socket.reset();
  std::filesystem::rename(left, path());
  EXPECT_EQ(ask(), nobody_there);
  EXPECT_EQ(refusal(), "");
  EXPECT_NE(ask().find("alice"), std::string::npos);
}

TEST_F(StatusSocketTest, NeverTakesItFromADaemonThatRuns) {
  listen();
  boost::asio::io_context other;
  EXPECT_THROW(StatusSocket(other, {path()}, [] { return StatusJson({}, {}); }),
               std::runtime_error);
  EXPECT_NE(ask().find("alice"), std::string::npos);
}

TEST_F(StatusSocketTest, NeverTakesThePlaceOfAnothersSocket) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const FileDescriptor other(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    const auto address = unix_address(path());
    ASSERT_EQ(::bind(other.get(), generic(*address), sizeof *address), 0);
    if (type == SOCK_STREAM) ::listen(other.get(), 1);
    EXPECT_EQ(refusal(), "somebody else listens there");
    std::filesystem::remove(path());
  }
}

TEST_F(StatusSocketTest, SaysWhyItCannotBeMade) {
  folder.write("status.sock", "mine");
  EXPECT_EQ(refusal(), "there is a file of that name");
  std::filesystem::remove(path().string() + ".lock");
  std::filesystem::create_symlink(folder.path() / "elsewhere", path().string() + ".lock");
  EXPECT_EQ(refusal(), "Too many levels of symbolic links");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
  std::filesystem::remove_all(folder.path());
  EXPECT_EQ(refusal(), "No such file or directory");
}

TEST_F(StatusSocketTest, ClientsThatReadNothingHoldUpOthersForNoLongerThanTheTimeLimit) {
  peers.assign(2000, ShownPeer{"alice"});  // more than a socket's buffer takes
  listen(seconds(1));
  std::vector<FileDescriptor> silent;
  for (int i = 0; i < 12; ++i) silent.push_back(silent_client());
  std::string answer = ask();
  while (answer == cut_short) answer = ask();  // it was kept from reading for as long as that
  EXPECT_EQ(read_answer(path(), answer).status.peers.size(), 2000U);
}

TEST_F(StatusSocketTest, AClientThatGoesAwayIsForgotten) {
  peers.assign(2000, ShownPeer{"alice"});
  listen();
  for (int i = 0; i < 12; ++i) {
    silent_client();
    io.run_for(milliseconds(2));
    io.restart();
  }
  EXPECT_EQ(read_answer(path(), ask()).status.peers.size(), 2000U);
}

TEST_F(StatusSocketTest, ADaemonThatHangsIsNotWaitedForForEver) {
  const int queue = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const FileDescriptor hanging(queue);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path().native().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(queue, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(queue, 0), 0);
  const char* const hangs =
      "the daemon does not answer: it hangs or has no time; see systemctl status wgaudit, and "
      "restart it";
  EXPECT_EQ(ask(milliseconds(50)), hangs);
  EXPECT_EQ(ask(milliseconds(50)), hangs) << "behind the first one, which fills the queue";
}

TEST_F(StatusSocketTest, AnAnswerThatIsNoneIsRefused) {
  try {
    read_answer("/run/x", "{}");
    FAIL();
  } catch (const SetupError& error) {
    EXPECT_STREQ(error.what(),
                 "/run/x: what answers is no wgaudit daemon: a field is missing or of the wrong "
                 "type (403)");
  }
}

}  // namespace
}  // namespace wgaudit::status_socket_test
