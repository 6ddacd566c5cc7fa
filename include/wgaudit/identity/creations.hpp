#pragma once

#include <cstdint>
#include <optional>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// Peers that the kernel created, by its numbers, and no line that came said so.
struct UnseenPeers {
  PeerId first{};
  PeerId last{};
  std::optional<UtcTime> from;  ///< Not before.
  UtcTime to;                   ///< Not after.
};

/// Follows the numbers that the kernel gives to peers. There is one counter for all interfaces and
/// namespaces, and `Peer n created` is never rate-limited (kernel.md): a number that is left out is
/// a line that was lost on the way, or that debug was off for.
class Creations {
 public:
  /// Takes a `Peer n created`, in the order in which they were printed. It was printed between
  /// these times.
  std::optional<UnseenPeers> on_created(PeerId id, std::optional<UtcTime> not_before,
                                        UtcTime not_after);

  /// The module was loaded: the numbers begin again, and debug may be off for the first.
  void on_load() { last_.reset(); }

 private:
  std::optional<PeerId> last_;
  std::optional<UtcTime> last_created_;
};

}  // namespace wgaudit
