#include "shell/http/listener.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <deque>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "wgaudit/base/setup_error.hpp"

namespace wgaudit {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;
using Request = http::request_parser<http::empty_body>;
using Response = http::response<http::span_body<const char>>;

constexpr std::chrono::seconds accept_again{1};   // files have run out, say
constexpr std::chrono::seconds time_to_close{1};  // that a client has after the answer
constexpr std::size_t max_discarded = 64U << 10U;

std::string_view cure_of(const error_code& error) {
  if (error == boost::asio::error::access_denied) return "name a port from 1024 on with --metrics";
  if (error == boost::system::errc::address_not_available) {
    return "name an address of this machine's with --metrics";
  }
  return "see who has the port with 'ss -tlpn', or name another with --metrics";
}

void listen_at(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) return;
  throw SetupError(
      fmt::format("cannot listen on {}: {}; {}", (std::ostringstream() << endpoint).str(),
                  error.message(), cure_of(error)),
      EX_UNAVAILABLE);
}

/// The answer to a request that cannot be read; nothing where the client has gone.
std::optional<http::status> status_of(const error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message) return {};
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return http::status::request_header_fields_too_large;
  }
  if (error.category() == make_error_code(http::error::bad_method).category()) {
    return http::status::bad_request;
  }
  return {};
}

/// The path of a target, without its query: in the origin form (RFC 9112, 3.2.1), or in the
/// absolute one, which proxies are sent and every server has to accept (3.2.2).
std::string_view path_of(std::string_view target) {
  constexpr beast::string_view scheme = "http://";
  if (beast::iequals({target.data(), std::min(target.size(), scheme.size())}, scheme)) {
    target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
  }
  return target.substr(0, target.find('?'));
}

http::status judge(const Request& parser, std::string_view path) {
  const auto& request = parser.get();
  const std::string_view target(request.target().data(), request.target().size());
  const bool is_read = request.method() == http::verb::get || request.method() == http::verb::head;
  if (request.version() == 11 && request.count(http::field::host) != 1) {
    return http::status::bad_request;  // RFC 9112, 3.2
  }
  if (path_of(target) != path) return http::status::not_found;
  if (!is_read) return http::status::method_not_allowed;
  if (parser.chunked() || parser.content_length().value_or(0) != 0) {
    return http::status::payload_too_large;
  }
  return http::status::ok;
}

}  // namespace

class HttpListener::Server : public std::enable_shared_from_this<Server> {
 public:
  Server(boost::asio::io_context& io, const Address& address, Page page, Limits limits)
      : page_(std::move(page)), limits_(limits), acceptor_(io), timer_(io) {
    listen_at(acceptor_, {boost::asio::ip::make_address(address.host), address.port});
  }

  const Page& page() const { return page_; }
  const Limits& limits() const { return limits_; }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void accept();
  void close();

 private:
  void on_accepted(const error_code& error, tcp::socket socket);
  void make_room();

  Page page_;
  Limits limits_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  std::deque<std::weak_ptr<Connection>> connections_;  ///< In the order in which they came.
};

/// One exchange: a request, its answer, and what the client sends besides, unread by anybody: to
/// close before it came would take the answer back.
class HttpListener::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Server> server, tcp::socket socket)
      : server_(std::move(server)),
        stream_(std::move(socket)),
        buffer_(std::size_t{2} * server_->limits().header_bytes) {}

  void start();
  void close();

 private:
  void on_header(const error_code& error);
  void answer(http::status status);
  void write();
  void on_written(const error_code& error);
  void discard();

  std::shared_ptr<Server> server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  Request request_;
  std::shared_ptr<const std::string> text_;
  Response response_;
  std::optional<http::response_serializer<Response::body_type>> serializer_;
  std::array<char, 4096> discarded_;
  std::size_t discarded_bytes_ = 0;
};

void HttpListener::Server::accept() {
  acceptor_.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
    self->on_accepted(error, std::move(socket));
  });
}

void HttpListener::Server::on_accepted(const error_code& error, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (error) {
    timer_.expires_after(accept_again);
    timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
      if (!cancelled) self->accept();
    });
    return;
  }
  make_room();
  const auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket));
  connections_.push_back(connection);
  connection->start();
  accept();
}

/// A client that sends is answered at once, so the oldest connection is an idle one, or one that
/// does not read.
void HttpListener::Server::make_room() {
  std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
  if (connections_.size() < limits_.connections) return;
  if (const auto oldest = connections_.front().lock()) oldest->close();
  connections_.pop_front();
}

void HttpListener::Server::close() {
  error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
}

void HttpListener::Connection::start() {
  stream_.expires_after(server_->limits().exchange_time);  // of all until it is written
  request_.header_limit(server_->limits().header_bytes);
  http::async_read_header(stream_, buffer_, request_,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            self->on_header(error);
                          });
}

void HttpListener::Connection::on_header(const error_code& error) {
  if (!error) return answer(judge(request_, server_->page().path));
  const auto status = status_of(error);
  if (!status) return close();
  answer(*status);
}

void HttpListener::Connection::answer(http::status status) {
  const bool is_ok = status == http::status::ok;
  const auto reason = http::obsolete_reason(status);
  text_ =
      is_ok ? server_->page().make() : std::make_shared<std::string>(std::string(reason) + "\n");
  response_.result(status);
  response_.set(http::field::content_type,
                is_ok ? server_->page().content_type : "text/plain; charset=utf-8");
  if (status == http::status::method_not_allowed) {
    response_.set(http::field::allow, "GET, HEAD");
  }
  response_.keep_alive(false);
  response_.body() = {text_->data(), text_->size()};
  response_.prepare_payload();
  write();
}

void HttpListener::Connection::write() {
  serializer_.emplace(response_);
  const auto on_end = [self = shared_from_this()](const error_code& error, std::size_t) {
    self->on_written(error);
  };
  if (request_.get().method() == http::verb::head) {
    http::async_write_header(stream_, *serializer_, on_end);
  } else {
    http::async_write(stream_, *serializer_, on_end);
  }
}

void HttpListener::Connection::on_written(const error_code& error) {
  if (error) return close();
  text_.reset();
  error_code gone;
  stream_.socket().shutdown(tcp::socket::shutdown_send, gone);
  if (gone) return close();
  stream_.expires_after(time_to_close);
  discard();
}

void HttpListener::Connection::discard() {
  const auto on_read = [self = shared_from_this()](const error_code& error, std::size_t bytes) {
    self->discarded_bytes_ += bytes;
    if (error || self->discarded_bytes_ > max_discarded) return self->close();
    self->discard();
  };
  stream_.async_read_some(boost::asio::buffer(discarded_), on_read);
}

void HttpListener::Connection::close() {
  stream_.close();
}

HttpListener::HttpListener(boost::asio::io_context& io, const Address& address, Page page,
                           Limits limits)
    : server_(std::make_shared<Server>(io, address, std::move(page), limits)) {}

HttpListener::~HttpListener() {
  server_->close();
}

void HttpListener::start() {
  server_->accept();
}

std::uint16_t HttpListener::port() const {
  return server_->port();
}

}  // namespace wgaudit
