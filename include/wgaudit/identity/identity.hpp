#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// How far it is known whose a kernel peer id is.
enum class IdentityState : std::uint8_t {
  unresolved,  ///< Not proven, or not yet.
  proven,      ///< Kernel lines and dumps leave one public key.
  foreign,     ///< Of an interface that no dump can contain: another network namespace.
};

std::string_view to_text(IdentityState state);
std::optional<IdentityState> parse_identity_state(std::string_view text);

struct Identity {
  IdentityState state = IdentityState::unresolved;
  std::optional<PublicKey> public_key;  ///< Only where it is proven.
  std::vector<PublicKey> candidates;    ///< Only where it is not, and few are left.
};

}  // namespace wgaudit
