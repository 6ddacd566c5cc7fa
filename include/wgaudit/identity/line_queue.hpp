#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/stamp_clock.hpp"
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

/// Lines by stamp, those of one stamp as they came. Nearly all come in order and go into a ring,
/// which takes memory only where it grows; the others go into a tree beside it.
class OrderedLines {
 public:
  void push(const StampedLine& line);
  void pop_front();
  const StampedLine& front() const { return is_late_first() ? late_.begin()->second : at(0); }
  bool contains(const StampedLine& line) const;
  std::size_t size() const { return size_ + late_.size(); }

 private:
  const StampedLine& at(std::size_t i) const { return ring_[(first_ + i) & (ring_.size() - 1)]; }
  bool is_late_first() const;
  std::size_t first_not_before(Stamp stamp) const;
  bool is_in_ring(const StampedLine& line) const;
  void grow();

  std::vector<StampedLine> ring_;  ///< As many as a power of two.
  std::size_t first_ = 0;
  std::size_t size_ = 0;  ///< Of the ring.
  std::multimap<Stamp, StampedLine> late_;
};

/// Puts lines in order: holds each back until all that were stamped before it must have arrived,
/// and drops duplicates. Only identity waits for this; recording does not.
class LineQueue {
 public:
  /// Whether it is to be put in order: one that is a duplicate is not.
  bool push(const StampedLine& line);

  /// The earliest stamped, if it has waited long enough; it stays remembered, for duplicates of it.
  std::optional<StampedLine> pop(SteadyTime now);

  std::size_t size() const { return waiting_.size(); }

 private:
  void remember(const StampedLine& line);

  OrderedLines waiting_;
  OrderedLines passed_;  ///< The last ones.
};

}  // namespace wgaudit
