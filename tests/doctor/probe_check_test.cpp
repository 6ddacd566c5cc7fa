#include "doctor/probe_check.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <thread>

#include "doctor/fixture.hpp"
#include "wgaudit/record/record_json.hpp"

namespace wgaudit::probe_check_test {
namespace {

using boost::asio::ip::udp;
using namespace std::chrono_literals;

const std::vector<Check> all_ok = {{"port", Health::ok, ""}, {"clock", Health::broken, ""}};

/// WireGuard, kernel, rsyslog and daemon in one: takes a handshake and writes the event.
class Way {
 public:
  explicit Way(const Fixture& machine) : machine_(machine) {
    thread_ = std::thread([this] {
      udp::endpoint from;
      size_ = socket_.receive_from(boost::asio::buffer(message_), from);
      Record record;
      record.sequence = 2;
      record.timestamp = record.created = UtcTime(1s);
      record.action = EventKind::mac_invalid;
      record.interface = *parse_interface_name("wg0");
      KernelEvent& line = record.body.emplace<EventBody>().line;
      line.kind = EventKind::mac_invalid;
      line.endpoint = parse_endpoint("127.0.0.1:" + std::to_string(from.port()));
      append(to_json(record, {}) + "\n");
    });
  }
  ~Way() {
    udp::socket(io_, udp::v4()).send_to(boost::asio::buffer("", 0), socket_.local_endpoint());
    thread_.join();  // also where no handshake came
  }

  void append(const std::string& text) {
    const std::string name = "/journal/events-00000000000000000001.jsonl";
    text_ += text;
    machine_.write(name, text_);
  }

  std::uint16_t port() const { return socket_.local_endpoint().port(); }
  std::size_t size() const { return size_; }
  const std::array<std::uint8_t, 256>& message() const { return message_; }

 private:
  const Fixture& machine_;
  boost::asio::io_context io_;
  udp::socket socket_{io_, udp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)};
  std::array<std::uint8_t, 256> message_{};
  std::size_t size_ = 0;
  std::string text_;
  std::thread thread_;
};

class ProbeCheck : public testing::Test {
 protected:
  ProbeCheck() {
    machine.make_folder("/journal");
    machine.write("/sys/class/net/wg0/flags", "0x91\n");
    machine.gateway.settings.journal = machine.gateway.root / "journal";
    wg.dump = {{*parse_interface_name("wg0"), {}, 51820, 0, {}}};
  }

  std::string check(const std::vector<Check>& links) {
    return to_text(check_probe(machine.gateway, links, wg, {}, 100ms));
  }

  Fixture machine;
  WgReading wg;
};

TEST_F(ProbeCheck, FollowsAHandshakeIntoTheEvents) {
  std::optional<Way> way(machine);
  wg.dump->front().listen_port = way->port();
  const Check check = check_probe(machine.gateway, all_ok, wg, {}, 60s);
  EXPECT_EQ(to_text(check.health), "ok") << check.finding;
  EXPECT_EQ(check.finding.find("to wg0 and, by rsyslog and daemon, into the events: "), 0U);
  EXPECT_EQ(way->size(), 148U);
  EXPECT_EQ(way->message()[0], 1);
  way.reset();
}

TEST_F(ProbeCheck, IsBrokenWhereNothingComes) {
  EXPECT_EQ(check(all_ok),
            "broken      probe          a handshake was sent to wg0, no event came in 0 s\n"
            "    rsyslogd");
}

TEST_F(ProbeCheck, IsNotSentWhereItCouldNotArrive) {
  EXPECT_EQ(check({{"port", Health::ok, ""}, {"rule", Health::broken, ""}}),
            "cannot tell probe          not sent: rule comes first");
  EXPECT_EQ(check({{"port", Health::unknown, ""}}),
            "cannot tell probe          not sent: port comes first");
  constexpr const char* nowhere =
      "cannot tell probe          not sent: no WireGuard interface is up";
  machine.write("/sys/class/net/wg0/flags", "0x90\n");
  EXPECT_EQ(check(all_ok), nowhere) << "it is down";
  machine.write("/sys/class/net/wg0/flags", "0x91\n");
  machine.gateway.settings.interface = parse_interface_name("wg1");
  EXPECT_EQ(check(all_ok), nowhere) << "nothing is written about it";
  machine.gateway.settings.interface.reset();
  wg.dump->front().listen_port = 0;
  EXPECT_EQ(check(all_ok), nowhere) << "it has no port";
}

}  // namespace
}  // namespace wgaudit::probe_check_test
