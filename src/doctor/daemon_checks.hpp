#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"
#include "doctor/processes.hpp"

namespace wgaudit {

/// A socket that has our port, at our address or at all.
struct PortSocket {
  std::uint32_t user = 0;           ///< The user who made it.
  std::uint32_t receive_bytes = 0;  ///< Its buffer, as Linux counts; 0: unknown.
  std::optional<Process> owner;     ///< Nothing where only root may see it.
};

using PortSockets = std::vector<PortSocket>;

PortSockets look_at_port(const Gateway& gateway);

/// The daemon; nothing where it does not run, or cannot be seen.
std::optional<pid_t> daemon_of(const Gateway& gateway, const PortSockets& sockets);

/// Whether `wgaudit` has the port, and no other process as well: with SO_REUSEADDR a second socket
/// may take the datagrams sent to the first.
Check check_port(const Gateway& gateway, const PortSockets& sockets);

/// Whether the daemon's socket holds as much as `receive_buffer` asks for.
Check check_receive_buffer(const Gateway& gateway, const PortSockets& sockets);

}  // namespace wgaudit
