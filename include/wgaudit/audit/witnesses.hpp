#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "wgaudit/audit/record.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Remembers which lines came, to say of what a dump shows whether a line had raised the question.
/// An endpoint, or a count of lines, is enough for that: it says that a line of this place and time
/// came, never whose it was. What happened after the last dump that did not show it yet was told by
/// a line since then, if by any.
class Witnesses {
 public:
  void on_line(const KernelEvent& event, UtcTime printed);

  /// Of the changes that a dump showed, in its order. A line that tells of a created peer vouches
  /// for one; where there are fewer lines than new peers, debug was switched on late, and the lines
  /// are of the last.
  std::vector<Witness> of(const std::vector<PeerChange>& changes);

  /// Takes a dump that was started at `started`, behind all that it changed.
  void on_dump(const Dump& dump, UtcTime started);

  /// How much is remembered, at most; bounded.
  std::size_t size() const { return size_; }

 private:
  using Times = std::vector<UtcTime>;

  /// Peers that went from one place: a line vouches for one.
  struct Removals {
    Times told;    ///< By lines that no dump has answered yet.
    Times untold;  ///< By dumps whose lines have not come: they may be on their way.
  };

  struct Lines {
    std::unordered_map<Endpoint, UtcTime> heard;  ///< Last line of a peer there.
    std::unordered_map<Endpoint, Removals> removals;
    Times created;
    UtcTime interface_destroyed;
    UtcTime last;
    UtcTime listed;  ///< By the last dump that had the interface.
  };

  void rename(const KernelEvent& event);
  Witness of_one(const PeerChange& change);
  static void take_removal(Removals& removals, UtcTime printed);
  static Witness of_removal(Removals& removals, UtcTime listed, UtcTime now);
  void forget_before(UtcTime started);
  void forget_all();

  std::unordered_map<InterfaceName, Lines> interfaces_;
  std::size_t size_ = 0;
};

}  // namespace wgaudit
