#include "shell/system/service_manager.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdint>
#include <utility>

#include "shell/system/local_time.hpp"
#include "wgaudit/base/setup_error.hpp"
#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr int any_address = 0;
constexpr int forget = 1;  // the variables: no program that we run is meant

}  // namespace

FileDescriptor take_inherited_socket() {
  const int count = ::sd_listen_fds(forget);
  if (count <= 0) return {};
  FileDescriptor socket(SD_LISTEN_FDS_START);
  if (count == 1 && ::sd_is_socket_inet(socket.get(), AF_UNSPEC, SOCK_DGRAM, -1, any_address) > 0) {
    return socket;
  }
  throw SetupError(
      "the socket unit gives something else than one UDP socket; have one ListenDatagram= in it, "
      "with an address and a port");
}

std::string to_text(const ServiceStatus& status) {
  const std::string dump = status.dump ? "dump at " + local_time_text(*status.dump) : "no dump yet";
  std::string text = fmt::format("{} of {} peers online, {}", status.online, status.peers, dump);
  if (!status.trouble.empty()) text += "; the last one failed: " + to_printable(status.trouble);
  return text;
}

void ServiceManager::tell_ready() {
  std::uint64_t limit = 0;  // microseconds
  if (::sd_watchdog_enabled(forget, &limit) > 0) {
    interval_ = std::chrono::microseconds(limit) / 2;
    feed_watchdog();
  }
  ::sd_notify(0, "READY=1");
}

void ServiceManager::tell_status(const ServiceStatus& status) {
  std::string text = to_text(status);
  if (text == status_) return;
  status_ = std::move(text);
  ::sd_notify(0, ("STATUS=" + status_).c_str());
}

void ServiceManager::tell_stopping() {
  ::sd_notify(0, "STOPPING=1");
}

void ServiceManager::feed_watchdog() {
  ::sd_notify(0, "WATCHDOG=1");
  timer_.expires_after(interval_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) feed_watchdog();
  });
}

}  // namespace wgaudit
