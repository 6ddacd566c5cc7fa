#include "shell/intake/udp_receiver.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/asio/ip/udp.hpp>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "settings/setting_samples.hpp"
#include "shell/system/clocks.hpp"
#include "wgaudit/base/setup_error.hpp"

namespace wgaudit::udp_receiver_test {
namespace {

using boost::asio::ip::udp;
using testing::ElementsAre;

constexpr std::uint64_t buffer_bytes = 1U << 20U;
constexpr std::uint32_t nobody = 65534;

class Sender {
 public:
  explicit Sender(boost::asio::io_context& io) : socket_(io, udp::v4()) {}

  /// A sender of another user: the socket belongs to the user who made it.
  Sender(boost::asio::io_context& io, std::uint32_t uid, udp protocol = udp::v4()) : socket_(io) {
    const std::uint32_t own = ::geteuid();
    EXPECT_EQ(::seteuid(uid), 0);
    socket_.open(protocol);
    EXPECT_EQ(::seteuid(own), 0);
  }

  void send(const std::string& text, std::uint16_t port, const char* host = "127.0.0.1") {
    socket_.send_to(boost::asio::buffer(text), {boost::asio::ip::make_address(host), port});
  }

  /// False without CAP_NET_ADMIN.
  bool mark(std::uint32_t mark) {
    return ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) == 0;
  }

  std::uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  udp::socket socket_;
};

/// A receiver, what it was sent, and what it gave in which wake-up.
class UdpReceiverTest : public testing::Test {
 protected:
  void start(std::uint64_t bytes = buffer_bytes, std::uint32_t required_mark = 0,
             const char* host = "127.0.0.1") {
    receiver.emplace(io, UdpReceiver::Options{{host, 0}, bytes, required_mark},
                     UdpReceiver::Handler{[this](auto datagrams, Instant time) {
                                            sizes.push_back(datagrams.size());
                                            for (const auto datagram : datagrams) {
                                              received.emplace_back(datagram);
                                              times.push_back(time);
                                            }
                                            if (on_datagrams) on_datagrams();
                                          },
                                          [this] {
                                            ++wake_ups;
                                            if (received.size() >= wanted) io.stop();
                                          }});
  }

  Intake take() { return receiver->take(read_clocks()); }
  Intake flush() { return receiver->flush(read_clocks()); }

  void send(const std::string& text) { sender.send(text, receiver->port()); }

  void run_until(std::size_t count) {
    wanted = count;
    io.restart();
    io.run_for(std::chrono::seconds(30));
  }

  boost::asio::io_context io;
  Sender sender{io};
  std::optional<UdpReceiver> receiver;
  std::function<void()> on_datagrams;
  std::size_t wanted = 0;
  std::vector<std::size_t> sizes;  ///< Sizes of the batches.
  std::vector<std::string> received;
  std::vector<Instant> times;
  int wake_ups = 0;
};

// A line that is printed while those before it are worked off comes with the same wake-up.
TEST_F(UdpReceiverTest, GivesEachDatagramATimeAtWhichItHadBeenSent) {
  start();
  std::vector<Instant> sent;
  const auto send_now = [&](std::string text) {
    sent.push_back(read_clocks());
    send(text);
  };
  for (std::size_t i = 0; i < DatagramBatch::capacity; ++i) send_now("first");
  on_datagrams = [&] {
    if (sent.size() == DatagramBatch::capacity) send_now("next");
  };
  receiver->start();
  run_until(DatagramBatch::capacity + 1);

  EXPECT_THAT(sizes, ElementsAre(DatagramBatch::capacity, 1));
  EXPECT_EQ(wake_ups, 1);
  ASSERT_EQ(times.size(), sent.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_GE(times[i].steady, sent[i].steady);
    EXPECT_GE(times[i].utc, sent[i].utc);
  }
}

TEST_F(UdpReceiverTest, GivesEachDatagramWholeAndInOrder) {
  start();
  std::vector<std::string> sent;
  for (std::size_t size : {1U, 0U, 480U, 2048U, 65507U, 1U, 8192U}) {
    sent.emplace_back(size, static_cast<char>('a' + sent.size()));
    send(sent.back());
  }
  receiver->start();
  run_until(sent.size());
  EXPECT_EQ(received, sent);
}

TEST_F(UdpReceiverTest, LetsOthersHaveTheirTurnUnderAFlood) {
  start();
  on_datagrams = [&] {
    for (std::size_t i = 0; i < DatagramBatch::capacity; ++i) send("flood");
  };
  for (std::size_t i = 0; i < DatagramBatch::capacity; ++i) send("flood");
  receiver->start();
  wanted = 1;
  io.run_for(std::chrono::seconds(30));
  EXPECT_EQ(wake_ups, 1);
  EXPECT_LE(received.size(), 2048U);
}

TEST_F(UdpReceiverTest, TakesWhatIsThereBeforeTheEnd) {
  start();
  for (std::size_t i = 0; i < DatagramBatch::capacity + 1; ++i) send("late");
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_THAT(sizes, ElementsAre(DatagramBatch::capacity, 1));
}

TEST_F(UdpReceiverTest, HasTheBufferThatWasAskedForAndSaysSo) {
  start(64U << 10U);
  EXPECT_EQ(receiver->buffer_bytes(), 64U << 10U);
}

TEST_F(UdpReceiverTest, CountsWhatTheSocketDroppedAlthoughNothingFollows) {
  start(4U << 10U);
  EXPECT_FALSE(take().dropped);
  const UtcTime before = read_clocks().utc;
  constexpr std::size_t count = 1000;
  for (std::size_t i = 0; i < count; ++i) send("lost");
  const auto loss = take().dropped;
  while (receiver->read_rest()) {
  }
  ASSERT_TRUE(loss);
  EXPECT_GT(*loss->count, 0U);
  EXPECT_EQ(received.size() + *loss->count, count);
  EXPECT_LE(*loss->from, before);
  EXPECT_GE(*loss->to, before);
  EXPECT_LE(*loss->to, read_clocks().utc);
  EXPECT_FALSE(flush().dropped);
}

TEST_F(UdpReceiverTest, HandsOnOnlyWhatHasTheMarkThatIsRequired) {
  if (!sender.mark(0x5747)) GTEST_SKIP() << "marks take CAP_NET_ADMIN";
  start(buffer_bytes, 0x5747);
  for (int i = 0; i < 100; ++i) {
    sender.mark(i % 2 == 0 ? 0x5747 : 0);
    send("datagram " + std::to_string(i));
  }
  for (const std::uint32_t mark : {1U, 0x5746U, 0x15747U, 0x57470000U}) {
    sender.mark(mark);
    send("wrong");
  }
  EXPECT_FALSE(receiver->read_rest());
  std::vector<std::string> marked;
  for (int i = 0; i < 100; i += 2) marked.push_back("datagram " + std::to_string(i));
  EXPECT_EQ(received, marked);
  const auto [taken, dropped, refused, refusal, forgery, has_gap] = flush();
  EXPECT_EQ(refused, 54U);
  EXPECT_EQ(refusal, "wrong_mark");
  EXPECT_EQ(flush().refused, 0U);
  ASSERT_TRUE(forgery);
  EXPECT_EQ(forgery->reason, "wrong_mark");
  EXPECT_EQ(forgery->facts.count, 54U);
  EXPECT_EQ(forgery->facts.sample, "datagram 1");
  EXPECT_EQ(to_text(forgery->source), fmt::format("127.0.0.1:{}", sender.port()));
}

// Its rules were flushed: without their marks rsyslog's lines are missing among those that came.
TEST_F(UdpReceiverTest, RefusingWhatIsRsyslogsOwnByItsPortIsAGap) {
  start(buffer_bytes, 0x5747);
  EXPECT_FALSE(take().has_gap);
  send("of our own user");
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_TRUE(take().has_gap);
  EXPECT_FALSE(take().has_gap);
}

TEST_F(UdpReceiverTest, RefusingAStrangersIsNoGap) {
  if (::geteuid() != 0) GTEST_SKIP() << "another user takes root";
  start(buffer_bytes, 0x5747);
  Sender stranger(io, nobody);
  stranger.send("forged", receiver->port());
  EXPECT_FALSE(receiver->read_rest());
  const Intake intake = take();
  EXPECT_FALSE(intake.has_gap);
  EXPECT_EQ(intake.forgery->facts.uid, nobody);
}

TEST_F(UdpReceiverTest, HandsOnWhatAStrangerSendsAndTellsWhoItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "another user takes root";
  start();
  Sender stranger(io, nobody);
  for (const char* text : {"genuine", "forged", "genuine again", "forged again"}) {
    Sender& from = std::string_view(text).starts_with("forged") ? stranger : sender;
    from.send(text, receiver->port());
  }
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_THAT(received, ElementsAre("genuine", "forged", "genuine again", "forged again"));
  const auto forgery = flush().forgery;
  ASSERT_TRUE(forgery);
  EXPECT_EQ(forgery->reason, "foreign_sender");
  EXPECT_EQ(forgery->facts.count, 2U);
  EXPECT_EQ(forgery->facts.sample, "forged");
  EXPECT_EQ(forgery->facts.uid, nobody);
  EXPECT_EQ(to_text(forgery->source), fmt::format("127.0.0.1:{}", stranger.port()));
}

TEST_F(UdpReceiverTest, TellsWhereADatagramOfIpv6CameFrom) {
  Sender v6(io, ::geteuid(), udp::v6());
  try {
    start(buffer_bytes, 0x5747, "::1");
  } catch (const SetupError& error) {
    GTEST_SKIP() << error.what();
  }
  v6.send("unmarked", receiver->port(), "::1");
  EXPECT_FALSE(receiver->read_rest());
  const Intake intake = take();
  EXPECT_TRUE(intake.has_gap);
  EXPECT_EQ(to_text(intake.forgery->source), fmt::format("[::1]:{}", v6.port()));
}

TEST_F(UdpReceiverTest, FindsItsOwnSocketWhereTheKernelTellsOfSenders) {
  start();
  EXPECT_TRUE(receiver->sees_senders());
}

/// Makes this thread's kernel one that does not know SO_RCVMARK.
bool forget_marks() {
  std::array<sock_filter, 6> program = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setsockopt, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * sizeof(__u64)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SO_RCVMARK, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOPROTOOPT),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{program.size(), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST_F(UdpReceiverTest, NamesTheCureWhereTheKernelDoesNotKnowMarks) {
  bool is_forgotten = false;
  std::string refusal;
  std::thread([&] {
    is_forgotten = forget_marks();
    refusal = error_of([&] { start(buffer_bytes, 0x5747); });
  }).join();
  if (!is_forgotten) GTEST_SKIP() << "there is no seccomp";
  EXPECT_EQ(refusal,
            "69 cannot see the marks of datagrams: Protocol not available; require_mark takes "
            "Linux 5.19 and, on some, CAP_NET_ADMIN: leave it out otherwise");
}

TEST_F(UdpReceiverTest, HandsOnEveryMarkWhereNoneIsRequired) {
  start();
  for (const std::uint32_t mark : {0U, 1U}) {
    if (!sender.mark(mark)) GTEST_SKIP() << "marks take CAP_NET_ADMIN";
    send("datagram");
  }
  EXPECT_FALSE(receiver->read_rest());
  EXPECT_THAT(received, ElementsAre("datagram", "datagram"));
  const Intake intake = flush();
  EXPECT_EQ(intake.refused, 0U);
  EXPECT_FALSE(intake.forgery);
}

}  // namespace
}  // namespace wgaudit::udp_receiver_test
