#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"
#include "wgaudit/wireguard/event.hpp"

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
};

/// Joins the kernel's peer ids to public keys. It is shown every line and every dump, and never
/// guesses: an endpoint is no proof, since two peers can show one and a peer changes it silently.
/// What can be proven by order and handshakes is not worked out here yet: every id is unresolved.
class Registry {
 public:
  /// Takes a kernel line, with printk's stamp where it has one.
  void on_line(const KernelEvent& event, std::optional<std::chrono::microseconds> stamp,
               UtcTime received);

  /// Takes a good dump.
  void on_dump(const Dump& dump, UtcTime started, UtcTime finished);

  Identity identify(const InterfaceName& interface, PeerId peer) const;
};

}  // namespace wgaudit
