#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "wgaudit/base/time.hpp"
#include "wgaudit/peers/stamp_clock.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// What identity needs of a kernel line.
struct StampedLine {
  Stamp stamp{};
  Instant received;
  std::uint64_t sequence = 0;     ///< Of its record in the events file.
  std::optional<EventKind> kind;  ///< Absent: another subsystem's line, good for its stamp only.
  InterfaceName interface;
  InterfaceName previous_interface;
  std::optional<PeerId> peer;
  std::optional<KeypairId> keypair;
  std::optional<Endpoint> endpoint;

  friend bool operator==(const StampedLine& a, const StampedLine& b) {
    return a.stamp == b.stamp && a.kind == b.kind && a.interface == b.interface &&
           a.previous_interface == b.previous_interface && a.peer == b.peer &&
           a.keypair == b.keypair && a.endpoint == b.endpoint;
  }
};

/// Puts lines in order: holds each back until all that were stamped before it must have arrived,
/// and drops duplicates. Only identity waits for this; recording does not.
class LineQueue {
 public:
  void push(const StampedLine& line);

  /// The earliest stamped, if it has waited long enough; it stays remembered, for duplicates of it.
  std::optional<StampedLine> pop(SteadyTime now);

  std::size_t size() const { return waiting_.size(); }

 private:
  using Lines = std::multimap<Stamp, StampedLine>;
  static bool contains(const Lines& lines, const StampedLine& line);
  void remember(Lines::node_type line);

  Lines waiting_;
  Lines passed_;  ///< The last ones.
};

}  // namespace wgaudit
