#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "shell/status/status_json.hpp"
#include "shell/system/file_descriptor.hpp"

namespace wgaudit {

/// The unix socket that `wgaudit status` asks. A client that connects is sent the status, once, and
/// need not send anything; the socket's owner and group may connect. All clients within a second
/// receive the same answer, because making it takes the loop half a second for ten thousand peers.
/// The process that holds the lock file beside the socket owns its name, so that two daemons do not
/// take it from each other, and a socket that a killed run left is known from one in use.
class StatusSocket {
 public:
  struct Options {
    std::filesystem::path path;
    std::chrono::milliseconds time_limit = std::chrono::seconds(5);  ///< To take a piece of it.
    std::chrono::milliseconds answer_age = std::chrono::seconds(1);  ///< Then there is a new one.
  };

  /// Throws std::runtime_error with one line where the socket cannot be made.
  StatusSocket(boost::asio::io_context& io, Options options, std::function<StatusJson()> answer);
  StatusSocket(const StatusSocket&) = delete;
  StatusSocket& operator=(const StatusSocket&) = delete;
  ~StatusSocket();

 private:
  using Protocol = boost::asio::local::stream_protocol;

  struct Client {
    Protocol::socket socket;
    boost::asio::steady_timer limit;
    std::shared_ptr<StatusJson> answer;
    std::size_t sent = 0;  ///< Pieces of it.
  };
  void accept();
  void accept_later();
  void serve(Protocol::socket socket);
  void send(const std::shared_ptr<Client>& client);
  std::shared_ptr<StatusJson> answer();
  void limit(const std::shared_ptr<Client>& client);
  void end(const std::shared_ptr<Client>& client);

  boost::asio::io_context& io_;
  Options options_;
  std::function<StatusJson()> make_answer_;
  FileDescriptor lock_;
  Protocol::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::shared_ptr<StatusJson> answer_;  ///< Null: the next client has a new one made.
  boost::asio::steady_timer answer_age_;
  bool is_accepting_ = false;
  std::set<std::shared_ptr<Client>> clients_;
};

}  // namespace wgaudit
