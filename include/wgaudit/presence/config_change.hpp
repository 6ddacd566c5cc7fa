#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/time.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// What of the configuration is another than in the dump before.
enum class ConfigField : std::uint8_t {
  interface,
  interface_key,  ///< Its public key, and so the private one.
  listen_port,
  fwmark,
  peer,
  kernel_peer,  ///< The same key as a new object of the kernel: removed and added again.
  allowed_ips,
  persistent_keepalive,
  preshared_key,
};

std::string_view to_text(ConfigField field);

/// One difference between two dumps. Values are spelt as `wg` does; of a preshared key only whether
/// there is one.
struct ConfigChange {
  ConfigField field;
  InterfaceName interface;
  std::optional<PublicKey> peer;      ///< Of a peer's fields.
  std::optional<std::string> before;  ///< Absent: it was not there.
  std::optional<std::string> after;   ///< Absent: it is not there any more.
  UtcTime when;                       ///< When the dump was complete that showed it.
};

using ConfigChanges = std::vector<ConfigChange>;

/// Of an interface what `wg` shows beside its peers.
struct InterfaceSettings {
  PublicKey public_key;  ///< All zero: it has no key.
  std::uint16_t listen_port = 0;
  std::uint32_t fwmark = 0;  ///< 0: off.

  friend bool operator==(const InterfaceSettings&, const InterfaceSettings&) = default;
};

void compare_settings(const InterfaceName& interface, const InterfaceSettings& before,
                      const InterfaceSettings& after, UtcTime when, ConfigChanges& changes);

/// Of two rows of one key.
void compare_rows(const InterfaceName& interface, const DumpPeer& before, const DumpPeer& after,
                  UtcTime when, ConfigChanges& changes);

}  // namespace wgaudit
