#include "shell/http/listener.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <deque>
#include <string>
#include <string_view>

#include "settings/setting_samples.hpp"
#include "shell/system/file_descriptor.hpp"

namespace wgaudit::listener_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::chrono::seconds patience{60};  // only a test that fails waits as long

/// A client that never waits: the test turns the loop meanwhile.
class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer != 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  void send(std::string_view text) const {
    EXPECT_EQ(::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  /// Takes what has come; true where the other end has closed.
  bool is_at_end() {
    std::array<char, 65536> bytes;
    while (true) {
      const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (size <= 0) return size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
      received.append(bytes.data(), static_cast<std::size_t>(size));
    }
  }

  std::string received;

 private:
  FileDescriptor socket_;
};

std::string body_of(std::string_view answer) {
  return std::string(answer.substr(answer.find("\r\n\r\n") + 4));
}

class HttpListenerTest : public testing::Test {
 protected:
  void start(HttpListener::Limits limits = {}) {
    listener.emplace(io, HttpListener::Address{"127.0.0.1", 0},
                     HttpListener::Page{"/metrics", "text/plain; version=0.0.4",
                                        [this] {
                                          ++made;
                                          return std::make_shared<std::string>(text);
                                        }},
                     limits);
    listener->start();
  }

  void turn_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end);
      io.restart();
      io.run_for(std::chrono::milliseconds(1));
    }
  }

  std::string answer_to(std::string_view request) {
    Client client(listener->port());
    client.send(request);
    turn_until([&] { return client.is_at_end(); });
    return client.received;
  }

  boost::asio::io_context io;
  std::optional<HttpListener> listener;
  std::string text = "a 1\nb 2\n";
  int made = 0;
};

TEST_F(HttpListenerTest, GivesThePageAndCloses) {
  start();
  EXPECT_EQ(answer_to("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n"
            "Content-Length: 8\r\n\r\na 1\nb 2\n");
  EXPECT_EQ(answer_to("GET /metrics?name[]=a HTTP/1.0\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n"
            "Content-Length: 8\r\n\r\na 1\nb 2\n");
}

TEST_F(HttpListenerTest, TakesTheAbsoluteFormThatProxiesAreAskedIn) {
  start();
  for (const std::string target : {"http://gw/metrics", "HTTP://[::1]:9586/metrics?a=http://b"}) {
    EXPECT_THAT(answer_to("GET " + target + " HTTP/1.1\r\nHost: gw\r\n\r\n"),
                StartsWith("HTTP/1.1 200 OK\r\n"))
        << target;
  }
  for (const std::string target :
       {"http://gw", "http://gw/other", "http://gw?/metrics", "https://gw/metrics", "http:/"}) {
    EXPECT_THAT(answer_to("GET " + target + " HTTP/1.1\r\nHost: gw\r\n\r\n"),
                StartsWith("HTTP/1.1 404 Not Found\r\n"))
        << target;
  }
}

TEST_F(HttpListenerTest, GivesHeadTheSameWithoutThePage) {
  start();
  const std::string answer = answer_to("HEAD /metrics HTTP/1.1\r\nHost: gw\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 8\r\n"));
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(HttpListenerTest, RefusesWhatIsNoRequestForThePage) {
  start();
  const std::string many(8192, 'x');
  const struct {
    std::string request;
    std::string want;
  } rows[] = {
      {"GET / HTTP/1.1\r\nHost: gw\r\n\r\n", "404 Not Found"},
      {"GET /metrics/ HTTP/1.1\r\nHost: gw\r\n\r\n", "404 Not Found"},
      {"POST / HTTP/1.1\r\nHost: gw\r\nContent-Length: 1\r\n\r\nx", "404 Not Found"},
      {"POST /metrics HTTP/1.1\r\nHost: gw\r\nContent-Length: 1\r\n\r\nx",
       "405 Method Not Allowed"},
      {"BREW /metrics HTTP/1.1\r\nHost: gw\r\n\r\n", "405 Method Not Allowed"},
      {"GET /metrics HTTP/1.1\r\nHost: gw\r\nContent-Length: 1\r\n\r\nx", "413 Payload Too Large"},
      {"GET /metrics HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
       "413 Payload Too Large"},
      {"GET /metrics HTTP/1.1\r\n\r\n", "400 Bad Request"},
      {"GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400 Bad Request"},
      {"GET /metrics HTTP/1.1\r\nHost: gw\r\nbad line\r\n\r\n", "400 Bad Request"},
      {"GET /metrics HTTP/2.0\r\n\r\n", "400 Bad Request"},
      {"\x16\x03\x01\x02 TLS\r\n\r\n", "400 Bad Request"},
      {"GET /metrics HTTP/1.1\r\nHost: gw\r\nX: " + many + "\r\n\r\n",
       "431 Request Header Fields Too Large"},
      {"GET /" + many + many + many + many, "431 Request Header Fields Too Large"},
  };
  for (const auto& [request, want] : rows) {
    SCOPED_TRACE(request.substr(0, 80));
    EXPECT_THAT(answer_to(request), StartsWith("HTTP/1.1 " + want + "\r\n"));
  }
  EXPECT_EQ(made, 0);
  EXPECT_THAT(answer_to(rows[3].request), HasSubstr("\r\nAllow: GET, HEAD\r\n"));
}

TEST_F(HttpListenerTest, AnswersTheFirstOfManyRequestsOnAConnection) {
  start();
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += "GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n";
  EXPECT_EQ(body_of(answer_to(requests)), text);
  EXPECT_EQ(made, 1);
}

TEST_F(HttpListenerTest, TakesARequestByteByByte) {
  start();
  Client client(listener->port());
  for (const char c : std::string_view("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n")) {
    client.send({&c, 1});
    io.restart();
    io.poll();
  }
  turn_until([&] { return client.is_at_end(); });
  EXPECT_EQ(body_of(client.received), text);
}

TEST_F(HttpListenerTest, AnswersManyAtOnceInTurn) {
  start();
  std::deque<Client> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(listener->port());
    clients.back().send("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n");
  }
  for (; !clients.empty(); clients.pop_front()) {
    turn_until([&] { return clients.front().is_at_end(); });
    EXPECT_EQ(body_of(clients.front().received), text);
  }
}

TEST_F(HttpListenerTest, ClosesOnWhoIsSilentOrSlowAndServesTheNext) {
  start({.connections = 2, .exchange_time = std::chrono::milliseconds(200)});
  const Client silent(listener->port());
  Client slow(listener->port());
  slow.send("GET /metrics HTTP/1.1\r\n");
  EXPECT_EQ(body_of(answer_to("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n")), text);
  turn_until([&] { return slow.is_at_end(); });
  EXPECT_EQ(slow.received, "");
}

TEST_F(HttpListenerTest, ManyWhoAreSilentKeepNobodyWaiting) {
  start({.connections = 4, .exchange_time = 2 * patience});
  std::deque<Client> silent;
  for (int i = 0; i < 100; ++i) silent.emplace_back(listener->port());
  EXPECT_EQ(body_of(answer_to("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n")), text);
  EXPECT_TRUE(silent.front().is_at_end());
  EXPECT_FALSE(silent.back().is_at_end());
}

TEST_F(HttpListenerTest, ClosesOnWhoReadsNothing) {
  start({.connections = 1, .exchange_time = std::chrono::milliseconds(200)});
  text.assign(64U << 20U, 'x');
  Client reads_nothing(listener->port(), 4096);
  reads_nothing.send("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n");
  turn_until([&] { return made == 1; });
  text = "c 3\n";
  EXPECT_EQ(body_of(answer_to("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n")), text);
}

TEST_F(HttpListenerTest, ClosesOnWhoSendsWithoutEnd) {
  start({.connections = 1});
  Client talker(listener->port());
  talker.send("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n" + std::string(100'000, 'x'));
  turn_until([&] { return talker.is_at_end(); });
  EXPECT_EQ(body_of(answer_to("GET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n")), text);
}

TEST_F(HttpListenerTest, MayEndWhileSomebodyIsConnected) {
  start();
  Client client(listener->port());
  client.send("GET /metrics HTTP/1.1\r\n");
  io.poll();
  listener.reset();
  client.send("Host: gw\r\n\r\n");
  turn_until([&] { return client.is_at_end(); });
  EXPECT_EQ(body_of(client.received), text);
}

TEST_F(HttpListenerTest, SaysWhoMayHaveThePortAndTheCure) {
  start();
  const HttpListener::Address taken{"127.0.0.1", listener->port()};
  EXPECT_EQ(error_of([&] { HttpListener(io, taken, {}); }),
            "69 cannot listen on 127.0.0.1:" + std::to_string(taken.port) +
                ": Address already in use; see who has the port with 'ss -tlpn', or name another "
                "with --metrics");
  EXPECT_THAT(
      error_of([&] {
        HttpListener(io, {"192.0.2.1", 9586}, {});
      }),
      testing::StrEq("69 cannot listen on 192.0.2.1:9586: Cannot assign requested address; name "
                     "an address of this machine's with --metrics"));
}

}  // namespace
}  // namespace wgaudit::listener_test
