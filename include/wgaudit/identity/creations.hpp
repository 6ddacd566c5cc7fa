#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// UnseenPeers are peers that the kernel created, by its numbers, though no line that came said so.
struct UnseenPeers {
  PeerId first{};
  PeerId last{};
  std::optional<UtcTime> from;  ///< Earliest time of the creations, where that is known.
  UtcTime to;                   ///< Latest time of the creations.
};

/// Creations follows the numbers that the kernel gives to peers. There is one counter for all
/// interfaces and namespaces (peer_counter of wg_peer_create, peer.c), and `Peer n created` is
/// never rate-limited (pr_debug). So a number that is left out is a line that was lost on the way,
/// or that debug was off for. RegistryState owns it.
class Creations {
 public:
  /// Takes a `Peer n created`, in the order in which they were printed; it was printed between
  /// these times. Returns the peers whose lines are missing before it.
  std::optional<UnseenPeers> on_created(PeerId id, std::optional<UtcTime> not_before,
                                        UtcTime not_after) {
    const auto from = std::exchange(last_created_, not_before);
    const auto last = std::exchange(last_, id);
    const auto number = [](PeerId peer) { return static_cast<std::uint64_t>(peer); };
    // A lower number is that of a line that was forged, or out of order: counting goes on there.
    if (!last || number(id) <= number(*last) || number(id) - number(*last) == 1) {
      return std::nullopt;
    }
    return UnseenPeers{PeerId{number(*last) + 1}, PeerId{number(id) - 1}, from, not_after};
  }

  /// Takes that the module was loaded: the numbers begin again, and debug may be off for the first.
  void on_load() { last_.reset(); }

 private:
  std::optional<PeerId> last_;
  std::optional<UtcTime> last_created_;
};

}  // namespace wgaudit
