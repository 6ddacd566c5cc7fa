#pragma once

#include <cstdint>

#include "wgaudit/base/time.hpp"
#include "wgaudit/identity/identity.hpp"
#include "wgaudit/wireguard/event.hpp"

namespace wgaudit {

/// A kernel line that was understood, as each watcher of the auditor takes it.
struct HeardLine {
  KernelEvent event;
  Identity identity = {};      ///< Peer that the line's kernel id belongs to.
  Instant printed = {};        ///< Time of the kernel's printk, as far as the line's stamp says.
  Instant received = {};       ///< Time at which the datagram was here.
  std::uint32_t repeated = 1;  ///< Number of lines that it stands for.
  std::uint64_t sequence = 0;  ///< Number of its record among the events.
};

}  // namespace wgaudit
