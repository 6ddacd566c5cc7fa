#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// DumpRow is what identity needs of a row of a dump.
struct DumpRow {
  PublicKey public_key;
  std::size_t endpoint = 0;  ///< Hash of the endpoint: equal or not is all that is asked of it.
  bool has_endpoint = false;
  std::chrono::sys_seconds latest_handshake{};
  std::uint64_t rx_bytes = 0;
};

/// WaitingDump is a dump that lines still have to catch up with.
struct WaitingDump {
  struct Interface {
    InterfaceName name;
    std::vector<DumpRow> rows;
  };

  Instant started;
  Instant finished;
  std::vector<Interface> interfaces;
  bool is_half_done = false;  ///< It was judged when the log was drained to its end (Drained).

  /// Returns null where the dump does not list the interface.
  const Interface* find(const InterfaceName& name) const;
};

/// DumpQueue holds the dumps that wait, the oldest first: as many as a stalled syslog daemon needs,
/// and not many large ones. RegistryState owns it.
class DumpQueue {
 public:
  /// Adds a dump, by what identity needs of it. Where there are too many, every second one goes.
  void push(const Dump& dump, Instant started, Instant finished);

  /// Returns whether one of the dumps lists the interface.
  bool lists(const InterfaceName& name) const;

  /// Returns the dumps, for Judge to judge and to take out.
  std::deque<WaitingDump>& waiting() { return waiting_; }

 private:
  void make_room();

  std::deque<WaitingDump> waiting_;
};

}  // namespace wgaudit
