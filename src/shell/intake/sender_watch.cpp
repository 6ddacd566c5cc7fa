#include "shell/intake/sender_watch.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

constexpr std::chrono::seconds look_interval{1};
constexpr int looks_per_interval = 32;  // 10 ms where there are 10,000 sockets

}  // namespace

/// Makes `last_` the entry of the port, and it up to date as far as there may be looks.
void SenderWatch::find(std::uint16_t port, SteadyTime now) {
  const auto known = std::find_if(ports_.begin(), ports_.end(),
                                  [&](const Port& entry) { return entry.port == port; });
  last_ = static_cast<std::size_t>(known - ports_.begin());
  if (known == ports_.end()) {
    last_ = std::exchange(oldest_, (oldest_ + 1) % ports_.size());
    ports_[last_] = {port, now, {}};
  }
  Port& entry = ports_[last_];
  if (now < entry.due || !may_look(now)) return;
  entry.senders = look(port);
  entry.due = now + look_interval;
}

bool SenderWatch::may_look(SteadyTime now) {
  if (now >= interval_ends_) {
    interval_ends_ = now + look_interval;
    looks_left_ = looks_per_interval;
  }
  if (looks_left_ == 0) return false;
  --looks_left_;
  return true;
}

Senders SenderWatch::look(std::uint16_t port) const {
  Senders senders;
  for (const std::uint32_t uid : owners_(port)) {
    senders.are_known = true;
    if (!trusted_.contains(uid)) senders.stranger = uid;
  }
  return senders;
}

std::set<std::uint32_t> users_of_rsyslog() {
  std::set<std::uint32_t> users = {0, ::geteuid()};
  if (const passwd* const syslog = ::getpwnam("syslog")) users.insert(syslog->pw_uid);
  return users;
}

}  // namespace wgaudit
