#include "shell/receiver.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/udp.hpp>
#include <string>
#include <vector>

#include "shell/clocks.hpp"

namespace wgaudit {
namespace {

using boost::asio::ip::udp;

class Sender {
 public:
  explicit Sender(boost::asio::io_context& io) : socket_(io, udp::v4()) {}

  void send(const std::string& text, std::uint16_t port) {
    socket_.send_to(boost::asio::buffer(text), {boost::asio::ip::make_address("127.0.0.1"), port});
  }

 private:
  udp::socket socket_;
};

// A line that is printed while those before it are worked off comes with the same wake-up.
TEST(Receiver, ADatagramIsReceivedAfterItWasSentAlsoInTheMiddleOfOthers) {
  boost::asio::io_context io;
  Sender sender(io);
  std::uint16_t port = 0;
  std::vector<Instant> sent;
  std::vector<Instant> received;
  int wake_ups = 0;
  Receiver receiver(io, "127.0.0.1", 0,
                    {[&](std::string_view, Instant time) {
                       received.push_back(time);
                       if (received.size() == 3) return;
                       sent.push_back(read_clocks());
                       sender.send("next", port);
                     },
                     [&] {
                       ++wake_ups;
                       if (received.size() == 3) io.stop();
                     }});
  port = receiver.port();
  receiver.start();
  sent.push_back(read_clocks());
  sender.send("first", port);
  io.run_for(std::chrono::seconds(30));

  ASSERT_EQ(received.size(), 3U);
  EXPECT_EQ(wake_ups, 1);
  for (std::size_t i = 0; i < received.size(); ++i) {
    EXPECT_GE(received[i].steady, sent[i].steady);
    EXPECT_GE(received[i].utc, sent[i].utc);
  }
}

}  // namespace
}  // namespace wgaudit
