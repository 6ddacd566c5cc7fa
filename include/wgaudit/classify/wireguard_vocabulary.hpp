#pragma once

#include "wgaudit/classify/pattern_file.hpp"

namespace wgaudit {

/// The words of WireGuard's pattern files. Kinds are the names of EventKind, fields those of
/// KernelEvent. Origins are `interface`, the text after `wireguard: wg0: `; `module`, the text
/// after `wireguard: `; and `kernel`, a kernel line as it is.
const Vocabulary& wireguard_vocabulary();

}  // namespace wgaudit
