#pragma once

#include <deque>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/reconcile.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// A dump that lines still have to catch up with.
struct WaitingDump {
  struct Interface {
    InterfaceName name;
    std::vector<DumpRow> rows;
  };

  Instant started;
  Instant finished;
  std::vector<Interface> interfaces;
  bool is_half_done = false;  ///< Judged when the log was drained to its end.

  /// Null where it is not listed.
  const Interface* find(const InterfaceName& name) const;
};

/// The dumps that wait, the oldest first: as many as a stalled syslog daemon needs, and not many
/// large ones.
class DumpQueue {
 public:
  void push(const Dump& dump, Instant started, Instant finished);

  bool lists(const InterfaceName& name) const;

  std::deque<WaitingDump>& waiting() { return waiting_; }

 private:
  void make_room();

  std::deque<WaitingDump> waiting_;
};

}  // namespace wgaudit
