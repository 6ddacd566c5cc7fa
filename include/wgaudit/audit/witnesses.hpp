#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "wgaudit/audit/heard_line.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/peer_state.hpp"
#include "wgaudit/record/record.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Remembers which lines came, to say of what a dump shows whether a line had raised the question.
/// An endpoint, or a count of lines, is enough for that: it says that a line of this place and time
/// came, never whose it was. What happened after the last dump that did not show it yet was
/// reported by a line since then, if by any.
class Witnesses {
 public:
  void on_line(const HeardLine& line);

  /// Returns the witness of each change that a dump of `now` showed. A line about a created peer
  /// vouches for one; where there are fewer lines than new peers, debug was switched on late, and
  /// the lines are of the last.
  std::vector<Witness> of(const std::vector<PeerChange>& changes, SteadyTime now);

  /// Takes a dump that was started at `started`, after all that it changed.
  void on_dump(const Dump& dump, SteadyTime started);

  /// How much is remembered, at most; bounded.
  std::size_t size() const { return size_; }

 private:
  using Times = std::vector<SteadyTime>;

  /// Peers that went from one place: a line vouches for one.
  struct Removals {
    Times told;    ///< By lines that no dump has answered yet.
    Times untold;  ///< By dumps whose lines have not come: they may be on their way.
  };

  struct Lines {
    std::unordered_map<Endpoint, SteadyTime> heard;  ///< Last line of a peer there.
    std::unordered_map<Endpoint, Removals> removals;
    Times created;
    SteadyTime interface_destroyed = SteadyTime::min();
    SteadyTime last;
    SteadyTime listed;  ///< By the last dump that had the interface.
  };

  void rename(const KernelEvent& event);
  Witness of_one(const PeerChange& change, SteadyTime now);
  static void take_removal(Removals& removals, SteadyTime printed);
  static Witness of_removal(Removals& removals, SteadyTime listed, SteadyTime now);
  void forget_before(SteadyTime started);
  void forget_all();

  std::unordered_map<InterfaceName, Lines> interfaces_;
  std::size_t size_ = 0;
};

}  // namespace wgaudit
