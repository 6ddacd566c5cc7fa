#include "wgaudit/identity/creations.hpp"

#include <utility>

namespace wgaudit {

std::optional<UnseenPeers> Creations::on_created(PeerId id, std::optional<UtcTime> not_before,
                                                 UtcTime not_after) {
  const auto from = std::exchange(last_created_, not_before);
  const auto last = std::exchange(last_, id);
  const auto number = [](PeerId peer) { return static_cast<std::uint64_t>(peer); };
  // A lower number is that of a line that was forged, or out of order: it is where we go on.
  if (!last || number(id) <= number(*last) || number(id) - number(*last) == 1) return std::nullopt;
  return UnseenPeers{PeerId{number(*last) + 1}, PeerId{number(id) - 1}, from, not_after};
}

}  // namespace wgaudit
