#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "wgaudit/base/time.hpp"

namespace wgaudit {

/// The users that have sockets on a source port.
struct Senders {
  bool are_known = false;                 ///< At least one socket is bound to the port.
  std::optional<std::uint32_t> stranger;  ///< A user who may not send kernel lines.
};

/// Finds out whether a stranger has a socket on a port that datagrams come from. It looks when
/// a port is new and then once a second, and at no more than a few ports a second: this is an alarm
/// and no proof. A sender that closes its socket at once is not seen.
class SenderWatch {
 public:
  /// The users of all sockets that are bound to a port.
  using Owners = std::function<std::vector<std::uint32_t>(std::uint16_t port)>;

  SenderWatch(std::set<std::uint32_t> trusted, Owners owners)
      : trusted_(std::move(trusted)), owners_(std::move(owners)) {}

  /// As it was within the last second. To be asked for each datagram: nearly all are from the port
  /// of the one before.
  const Senders& on(std::uint16_t port, SteadyTime now) {
    if (port != ports_[last_].port || now >= ports_[last_].due) find(port, now);
    return ports_[last_].senders;
  }

 private:
  struct Port {
    std::uint16_t port = 0;
    SteadyTime due{};  ///< When to look again.
    Senders senders;
  };

  void find(std::uint16_t port, SteadyTime now);
  bool may_look(SteadyTime now);
  Senders look(std::uint16_t port) const;

  std::set<std::uint32_t> trusted_;
  Owners owners_;
  std::array<Port, 8> ports_;
  std::size_t last_ = 0;    ///< Asked for.
  std::size_t oldest_ = 0;  ///< Made way for a new one least recently.
  SteadyTime interval_ends_{};
  int looks_left_ = 0;  ///< In this interval.
};

/// Returns the users that may send kernel lines: root, rsyslog's own user on Ubuntu (`syslog`,
/// where there is one), and ours, who could stop the daemon as well.
std::set<std::uint32_t> users_of_rsyslog();

}  // namespace wgaudit
