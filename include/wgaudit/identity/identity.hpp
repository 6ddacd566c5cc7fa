#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wgaudit/wireguard/public_key.hpp"

namespace wgaudit {

/// IdentityState says how far it is known whose a kernel peer id is.
enum class IdentityState : std::uint8_t {
  unresolved,  ///< Not proven, or not yet.
  proven,      ///< Kernel lines and dumps leave one public key.
  foreign,     ///< Its interface is in another network namespace: no dump lists it.
};

std::string_view to_text(IdentityState state);
std::optional<IdentityState> parse_identity_state(std::string_view text);

/// Identity is what is known of the key of a kernel peer id.
struct Identity {
  IdentityState state = IdentityState::unresolved;
  std::optional<PublicKey> public_key;  ///< The peer's key, where it is proven.
  std::vector<PublicKey>
      candidates;  ///< Keys that are left, where it is not proven and they are few.
};

}  // namespace wgaudit
