#pragma once

#include <optional>
#include <string_view>

#include "wgaudit/wireguard/ids.hpp"

namespace wgaudit {

/// A ModuleMessageView is a line of the WireGuard module, taken apart. It borrows from the line.
struct ModuleMessageView {
  std::optional<InterfaceName> interface;  ///< Interface that the line names.
  std::string_view text;  ///< Text after `wireguard: wg0: `, or `wireguard: ` without interface.
};

/// Takes the prefix of dynamic debug, `wireguard: ` or `amneziawg: ` and the interface off a kernel
/// line. Nothing where the line is not the module's.
std::optional<ModuleMessageView> module_message(std::string_view line);

}  // namespace wgaudit
