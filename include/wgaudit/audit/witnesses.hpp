#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "wgaudit/audit/record.hpp"
#include "wgaudit/base/time.hpp"
#include "wgaudit/presence/roster.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// Remembers which lines came, to say of what a dump shows whether a line had raised the question.
/// An endpoint, or a count of lines, is enough for that: it says that a line of this place and time
/// came, never whose it was.
class Witnesses {
 public:
  void on_line(const KernelEvent& event, UtcTime now);

  /// Of a change that a dump showed. A line that tells of a created peer vouches for one.
  Witness of(const PeerChange& change);

  /// Forgets what is too old to have to do with a dump that was started at `started`.
  void forget_before(UtcTime started);

  /// How much is remembered, at most; bounded.
  std::size_t size() const { return size_; }

 private:
  using Places = std::unordered_map<Endpoint, UtcTime>;
  struct Lines {
    Places heard;      ///< Last line of a peer there.
    Places destroyed;  ///< Last peer destroyed there.
    std::vector<UtcTime> created;
    UtcTime interface_destroyed;
    UtcTime last;
  };

  void forget_all();

  std::unordered_map<InterfaceName, Lines> interfaces_;
  std::size_t size_ = 0;
};

}  // namespace wgaudit
