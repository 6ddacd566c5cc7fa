#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace wgaudit {

/// Answers GET and HEAD of one page over HTTP/1.1 (RFC 9110, 9112), one exchange a connection. It
/// lives on the loop and never waits: a client that is slow, wrong or silent delays itself only.
class HttpListener {
 public:
  struct Address {
    std::string host;
    std::uint16_t port = 0;
  };

  struct Page {
    std::string path;
    std::string content_type;
    std::function<std::shared_ptr<const std::string>()> make;  ///< Called for each GET and HEAD.
  };

  struct Limits {
    std::size_t connections = 64;                     ///< At once; one more ends the oldest.
    std::uint32_t header_bytes = 8192;                ///< All header lines of a request.
    std::chrono::milliseconds exchange_time{10'000};  ///< From the accept to the answer.
  };

  /// Binds and listens. Throws SetupError (exit code 69) naming the cure.
  HttpListener(boost::asio::io_context& io, const Address& address, Page page)
      : HttpListener(io, address, std::move(page), Limits{}) {}
  HttpListener(boost::asio::io_context& io, const Address& address, Page page, Limits limits);
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;
  ~HttpListener();

  void start();

  /// The port that was bound, where 0 was asked for.
  std::uint16_t port() const;

 private:
  class Server;
  class Connection;

  std::shared_ptr<Server> server_;  ///< Its connections have a share in it.
};

}  // namespace wgaudit
