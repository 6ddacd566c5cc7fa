#include "shell/intake/unix_receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "settings/setting_samples.hpp"
#include "shell/system/clocks.hpp"
#include "shell/system/file_descriptor.hpp"
#include "support/temporary_folder.hpp"

namespace wgaudit::unix_receiver_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint32_t nobody = 65534;

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

FileDescriptor bound_to(const std::filesystem::path& path) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(path);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

class UnixReceiverTest : public testing::Test {
 protected:
  void start() {
    receiver.emplace(io, path,
                     UdpReceiver::Handler{[this](auto datagrams, Instant) {
                                            for (const auto text : datagrams) {
                                              received.emplace_back(text);
                                            }
                                          },
                                          [this] { io.stop(); }});
  }

  /// With a file descriptor, too, where one is given.
  bool send(const std::string& text, int file = -1) {
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = address_of(path);
    iovec part{const_cast<char*>(text.data()), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof file)> control{};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (file >= 0) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* const header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof file);
      std::memcpy(CMSG_DATA(header), &file, sizeof file);
    }
    return ::sendmsg(socket.get(), &message, MSG_DONTWAIT) == static_cast<ssize_t>(text.size());
  }

  bool send_as_nobody(const std::string& text) {
    EXPECT_EQ(::setresuid(nobody, nobody, 0), 0);
    const bool is_sent = send(text);
    EXPECT_EQ(::setresuid(0, 0, 0), 0);
    return is_sent;
  }

  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "log";
  boost::asio::io_context io;
  std::optional<UnixReceiver> receiver;
  std::vector<std::string> received;
};

TEST_F(UnixReceiverTest, GivesEachDatagramWholeAndInOrder) {
  start();
  EXPECT_TRUE(send("first"));
  EXPECT_TRUE(send(std::string(8192, 'a')));
  receiver->start();
  io.run_for(std::chrono::seconds(30));
  EXPECT_THAT(received, ElementsAre("first", std::string(8192, 'a')));
  EXPECT_EQ(receiver->flush(read_clocks()).refused, 0U);
}

TEST_F(UnixReceiverTest, IsForItsOwnerOnlyAndGoneAtTheEnd) {
  start();
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode, S_IFSOCK | 0600U);
  receiver.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UnixReceiverTest, RefusesAStrangerTwice) {
  if (::geteuid() != 0) GTEST_SKIP() << "another user takes root";
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  start();
  EXPECT_FALSE(send_as_nobody("forged"));
  ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
  EXPECT_TRUE(send("genuine"));
  EXPECT_TRUE(send_as_nobody("forged"));
  EXPECT_TRUE(send("genuine again"));
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_THAT(received, ElementsAre("genuine", "genuine again"));
  const auto [taken, dropped, refused, refusal, forgery, has_gap] = receiver->flush(read_clocks());
  EXPECT_EQ(refused, 1U);
  ASSERT_TRUE(forgery);
  EXPECT_EQ(forgery->reason, "foreign_sender");
  EXPECT_EQ(forgery->facts.uid, nobody);
  EXPECT_EQ(forgery->facts.sample, "forged");
  EXPECT_TRUE(forgery->source.is_none());
}

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST_F(UnixReceiverTest, TakesNoFileThatIsSentAlong) {
  start();
  const auto before = open_files();
  EXPECT_TRUE(send("with a file", STDIN_FILENO));
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_THAT(received, ElementsAre("with a file"));
  EXPECT_EQ(open_files(), before);
}

TEST_F(UnixReceiverTest, TakesThePlaceOfASocketThatWasLeftBehind) {
  bound_to(path);
  ASSERT_TRUE(std::filesystem::exists(path));
  start();
  EXPECT_TRUE(send("first"));
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_THAT(received, ElementsAre("first"));
}

TEST_F(UnixReceiverTest, LeavesAloneWhatIsNotItsOwn) {
  const std::string listen = "69 cannot listen on " + path.string() + ": ";
  const std::string cure = "; name another path with --listen-unix";
  {
    const FileDescriptor other = bound_to(path);
    EXPECT_EQ(error_of([&] { start(); }), listen + "somebody else listens there" + cure);
  }
  std::filesystem::remove(path);
  folder.write("log", "a file");
  EXPECT_EQ(error_of([&] { start(); }), listen + "there is a file of that name" + cure);
  EXPECT_TRUE(std::filesystem::exists(path));
  path = folder.path() / "absent" / "log";
  EXPECT_THAT(error_of([&] { start(); }), HasSubstr("No such file or directory"));
  path = folder.path() / std::string(120, 'a');
  EXPECT_THAT(error_of([&] { start(); }), HasSubstr("the path is too long"));
}

}  // namespace
}  // namespace wgaudit::unix_receiver_test
