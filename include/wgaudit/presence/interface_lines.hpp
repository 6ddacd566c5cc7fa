#pragma once

#include <deque>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/event.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// InterfaceLines keeps what recent lines said about interfaces as such. RosterState owns it. Lines
/// never name the network namespace, and a user who may write to the kernel log or to the syslog
/// socket can forge them. So they are only a hint about interfaces that dumps list, to be compared
/// with what the dumps show.
class InterfaceLines {
 public:
  /// Keeps the line, where it is about an interface.
  void on_line(const KernelEvent& event, SteadyTime printed);

  /// Returns whether lines since `since` renamed `from` to `to`, in one step or several, and none
  /// of them destroyed it on the way.
  bool was_renamed(InterfaceName from, const InterfaceName& to, SteadyTime since) const;

  /// Returns whether lines since `since` said that the interface was destroyed and then created.
  bool was_created_anew(const InterfaceName& name, SteadyTime since) const;

 private:
  struct Line {
    EventKind kind;
    InterfaceName interface;
    InterfaceName previous;
    SteadyTime printed;
  };

  std::deque<Line> lines_;  ///< Lines as they came; the latest of them.
};

}  // namespace wgaudit
