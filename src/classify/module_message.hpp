#pragma once

#include <optional>
#include <string_view>

#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// A line of the WireGuard module, taken apart. Borrows.
struct ModuleMessageView {
  std::optional<InterfaceName> interface;
  std::string_view text;  ///< What follows `wireguard: wg0: `, or `wireguard: ` without interface.
};

/// Takes the dynamic-debug prefix, `wireguard: ` or `amneziawg: ` and the interface off a kernel
/// line; nothing where it is not the module's.
std::optional<ModuleMessageView> module_message(std::string_view line);

}  // namespace wgaudit
