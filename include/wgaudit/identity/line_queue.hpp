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

/// StampedLine is what identity needs of a kernel line.
struct StampedLine {
  Stamp stamp{};
  Instant received;
  std::uint64_t sequence = 0;     ///< Number of its record in the events file; 0: it has the key.
  std::optional<EventKind> kind;  ///< Absent: another subsystem's line, of use for its stamp.
  InterfaceName interface;
  InterfaceName previous_interface;  ///< Name before, in a line of a rename.
  std::optional<PeerId> peer;
  std::optional<KeypairId> keypair;
  std::optional<Endpoint> endpoint;

  /// Compares what was printed: a line that was received twice is one.
  friend bool operator==(const StampedLine& a, const StampedLine& b) {
    return a.stamp == b.stamp && a.kind == b.kind && a.interface == b.interface &&
           a.previous_interface == b.previous_interface && a.peer == b.peer &&
           a.keypair == b.keypair && a.endpoint == b.endpoint;
  }
};

/// OrderedLines are lines by stamp, those of one stamp as they came. Nearly all come in order and
/// go into a ring, which takes memory only where it grows; the others go into a tree beside it.
class OrderedLines {
 public:
  void push(const StampedLine& line);

  /// Drops the first line; there must be one.
  void pop_front();

  /// Returns the line with the earliest stamp; there must be one.
  const StampedLine& front() const { return is_late_first() ? late_.begin()->second : at(0); }

  /// Returns whether an equal line is among them: all that matters for duplicates.
  bool contains(const StampedLine& line) const;
  std::size_t size() const { return size_ + late_.size(); }

 private:
  const StampedLine& at(std::size_t i) const { return ring_[(first_ + i) & (ring_.size() - 1)]; }
  bool is_late_first() const;
  std::size_t first_not_before(Stamp stamp) const;
  bool is_in_ring(const StampedLine& line) const;
  void grow();

  std::vector<StampedLine> ring_;           ///< Its size is a power of two.
  std::size_t first_ = 0;                   ///< Place of the first line in the ring.
  std::size_t size_ = 0;                    ///< Number of lines in the ring.
  std::multimap<Stamp, StampedLine> late_;  ///< Lines with an earlier stamp than one before.
};

/// LineQueue puts lines in order: it holds each back until all that were stamped before it must
/// have arrived, and drops duplicates. Registry owns it. Only identity waits for this; recording
/// does not.
class LineQueue {
 public:
  /// Takes a line. Returns false for a duplicate, which is dropped.
  bool push(const StampedLine& line);

  /// Takes out the line with the earliest stamp, where it has waited long enough. It stays
  /// remembered, for duplicates of it.
  std::optional<StampedLine> pop(SteadyTime now);

  std::size_t size() const { return waiting_.size(); }

 private:
  void remember(const StampedLine& line);

  OrderedLines waiting_;  ///< Lines that are held back.
  OrderedLines passed_;   ///< Last lines that were taken out.
};

}  // namespace wgaudit
