#pragma once

#include <deque>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/event.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// What lines told of interfaces as such. They never name the network namespace, and anybody may
/// forge one: of interfaces that dumps list they are a hint, to be held against what those show.
class InterfaceLines {
 public:
  void on_line(const KernelEvent& event, SteadyTime printed);

  /// Whether lines since `since` made the one name of the other, in one step or several.
  bool was_renamed(InterfaceName from, const InterfaceName& to, SteadyTime since) const;

  /// Whether lines since `since` told that it was destroyed and then created.
  bool was_created_anew(const InterfaceName& name, SteadyTime since) const;

 private:
  struct Line {
    EventKind kind;
    InterfaceName interface;
    InterfaceName previous;
    SteadyTime printed;
  };

  std::deque<Line> lines_;  // in the order of their coming; bounded
};

}  // namespace wgaudit
