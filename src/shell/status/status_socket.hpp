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

/// The unix socket that `wgaudit status` asks: who connects is told the status, once, and need not
/// say anything. Its owner and its group may. All who ask within a second are told the same: to
/// make it of ten thousand peers takes the loop half of one. Whoever holds the lock beside it owns
/// the name: two daemons do not take it from each other, and what a run that was killed left is
/// told from a socket in use.
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
  std::shared_ptr<StatusJson> answer_;  ///< Null where the next who asks is told a new one.
  boost::asio::steady_timer answer_age_;
  bool is_accepting_ = false;
  std::set<std::shared_ptr<Client>> clients_;
};

}  // namespace wgaudit
