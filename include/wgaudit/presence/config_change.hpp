#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// ConfigField is a part of the configuration that a dump shows otherwise than the dump before.
enum class ConfigField : std::uint8_t {
  interface,      ///< The interface itself: it came, went or has another name.
  interface_key,  ///< Public key of the interface, and so the private one.
  listen_port,
  fwmark,
  peer,         ///< The peer itself: it was added or removed.
  kernel_peer,  ///< The same key as a new object of the kernel: removed and added again.
  allowed_ips,
  persistent_keepalive,
  preshared_key,
};

std::string_view to_text(ConfigField field);

/// ConfigChange is one difference between two dumps. Values are spelt as `wg` does; for a preshared
/// key they only say whether there is one.
struct ConfigChange {
  ConfigField field;
  InterfaceName interface;
  std::optional<PublicKey> peer;      ///< The peer, where the field is one of a peer's.
  std::optional<std::string> before;  ///< Value before; absent: there was none.
  std::optional<std::string> after;   ///< Value now; absent: there is none any more.
  UtcTime when;                       ///< When the dump that showed it was complete.
};

using ConfigChanges = std::vector<ConfigChange>;

/// InterfaceSettings are what `wg` shows of an interface beside its peers.
struct InterfaceSettings {
  PublicKey public_key;  ///< Public key; all zero: there is none.
  std::uint16_t listen_port = 0;
  std::uint32_t fwmark = 0;  ///< 0: off.

  friend bool operator==(const InterfaceSettings&, const InterfaceSettings&) = default;
};

/// Adds the differences between two settings of one interface to `changes`.
void compare_settings(const InterfaceName& interface, const InterfaceSettings& before,
                      const InterfaceSettings& after, UtcTime when, ConfigChanges& changes);

/// Adds the differences between two rows of one key to `changes`: those that the configuration
/// makes, not those that traffic makes.
void compare_rows(const InterfaceName& interface, const DumpPeer& before, const DumpPeer& after,
                  UtcTime when, ConfigChanges& changes);

}  // namespace wgaudit
