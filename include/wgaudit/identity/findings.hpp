#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "wgaudit/identity/contradiction.hpp"
#include "wgaudit/identity/creations.hpp"
#include "wgaudit/identity/event_range.hpp"
#include "wgaudit/identity/evidence.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// An id became proven; or events of a proven one were recorded while that was still being worked
/// out.
struct Settlement {
  InterfaceName interface;
  PeerId id{};
  PublicKey public_key;
  std::vector<Evidence> evidence;
  std::optional<EventRange> events;  ///< Those of this id in it were recorded without the key.
};

/// What was proven of these ids does not hold.
struct Contradiction {
  InterfaceName interface;
  ContradictionCause cause{};
  std::vector<PeerId> ids;
};

struct Findings {
  std::vector<UnseenPeers> unseen;
  std::vector<Settlement> settlements;
  std::vector<Contradiction> contradictions;
};

/// Lines that were recorded before the proof and applied behind it settle one after another: those
/// of one turn are told at once.
void fold(std::vector<Settlement>& settlements);

}  // namespace wgaudit
