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

/// Settlement says that an id became proven, or that events of a proven one were recorded while the
/// proof was still being worked out.
struct Settlement {
  InterfaceName interface;
  PeerId id{};
  PublicKey public_key;
  std::vector<Evidence> evidence;
  std::optional<EventRange> events;  ///< Events of this id in it have no key in their records.
};

/// Contradiction says that what was proven of these ids does not hold.
struct Contradiction {
  InterfaceName interface;
  ContradictionCause cause{};
  std::vector<PeerId> ids;
};

/// Findings are what one wake-up found out. Registry returns them, and the Auditor records them.
struct Findings {
  std::vector<UnseenPeers> unseen;
  std::vector<Settlement> settlements;
  std::vector<Contradiction> contradictions;
};

/// Joins the settlements of one id: lines that were recorded before the proof and applied after it
/// settle one after another, and one record reports those of a wake-up.
void fold(std::vector<Settlement>& settlements);

}  // namespace wgaudit
