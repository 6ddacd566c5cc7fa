#include "shell/status/status_socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "shell/system/unix_address.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t max_clients = 4;  // others wait to be accepted
constexpr int backlog = 16;
constexpr std::chrono::seconds retry_interval{1};
constexpr mode_t owner_and_group = 0660;

[[noreturn]] void fail(std::string_view why) {
  throw std::runtime_error(std::string(why));
}

FileDescriptor lock_name(const std::filesystem::path& path) {
  FileDescriptor lock = open_file(path.string() + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW);
  if (!lock.is_open()) fail(error_text(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) fail("another wgaudit answers there");
  return lock;
}

/// The mode is set before the socket listens, so that no client can connect too early.
FileDescriptor listen_at(const std::filesystem::path& path) {
  const auto address = unix_address(path);
  if (!address) fail("the path is too long");
  const std::string_view in_the_way = remove_abandoned(path, *address);
  if (!in_the_way.empty()) fail(in_the_way);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::bind(socket.get(), generic(*address), sizeof *address) != 0 ||
      ::chmod(path.c_str(), owner_and_group) != 0 || ::listen(socket.get(), backlog) != 0) {
    fail(error_text(errno));
  }
  return socket;
}

}  // namespace

StatusSocket::StatusSocket(boost::asio::io_context& io, Options options,
                           std::function<StatusJson()> answer)
    : io_(io),
      options_(std::move(options)),
      make_answer_(std::move(answer)),
      lock_(lock_name(options_.path)),
      acceptor_(io, Protocol(), listen_at(options_.path).release()),
      retry_(io),
      answer_age_(io) {
  accept();
}

StatusSocket::~StatusSocket() {
  ::unlink(options_.path.c_str());
}

void StatusSocket::accept() {
  if (is_accepting_ || clients_.size() == max_clients) return;
  is_accepting_ = true;
  acceptor_.async_accept([this](const boost::system::error_code& error, Protocol::socket socket) {
    if (error == boost::asio::error::operation_aborted) return;
    is_accepting_ = false;
    if (error) return accept_later();
    serve(std::move(socket));
    accept();
  });
}

/// There are no descriptors left, perhaps: asking again at once would be all that the loop does.
void StatusSocket::accept_later() {
  retry_.expires_after(retry_interval);
  retry_.async_wait([this](const boost::system::error_code& error) {
    if (!error) accept();
  });
}

void StatusSocket::serve(Protocol::socket socket) {
  const auto client =
      std::make_shared<Client>(Client{std::move(socket), boost::asio::steady_timer(io_), answer()});
  clients_.insert(client);
  send(client);
}

std::shared_ptr<StatusJson> StatusSocket::answer() {
  if (answer_) return answer_;
  answer_ = std::make_shared<StatusJson>(make_answer_());
  answer_age_.expires_after(options_.answer_age);
  answer_age_.async_wait([this](const boost::system::error_code& error) {
    if (!error) answer_.reset();
  });
  return answer_;
}

void StatusSocket::send(const std::shared_ptr<Client>& client) {
  const std::string* const piece = client->answer->piece(client->sent++);
  if (piece == nullptr) return end(client);
  limit(client);
  boost::asio::async_write(client->socket, boost::asio::buffer(*piece),
                           [this, client](const boost::system::error_code& error, std::size_t) {
                             error ? end(client) : send(client);
                           });
}

/// To take the piece, from now on. It may be gone, or at its next piece, when the timer's turn
/// comes.
void StatusSocket::limit(const std::shared_ptr<Client>& client) {
  client->limit.expires_after(options_.time_limit);
  client->limit.async_wait([weak = std::weak_ptr(client)](const boost::system::error_code& error) {
    const auto late = weak.lock();
    boost::system::error_code ignored;
    if (!error && late && late->limit.expiry() <= std::chrono::steady_clock::now()) {
      late->socket.close(ignored);
    }
  });
}

void StatusSocket::end(const std::shared_ptr<Client>& client) {
  clients_.erase(client);
  accept();
}

}  // namespace wgaudit
