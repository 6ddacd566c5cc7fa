#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/gateway.hpp"

namespace wgaudit {

struct Process {
  pid_t pid = 0;
  std::string name;  ///< /proc/PID/comm, printable.
};

/// The first process of that name, as far as can be seen none of another PID namespace (a
/// container's).
std::optional<Process> find_process(const Gateway& gateway, std::string_view name);

/// The service manager, which keeps the sockets that it has bound for others.
constexpr pid_t service_manager = 1;

/// The process that has the socket; the service manager only where no other process has it. Nothing
/// where no process has it any more, or only root may see it.
std::optional<Process> owner_of_socket(const Gateway& gateway, std::uint32_t inode);

/// The arguments that it was started with, from argv[1] on.
std::vector<std::string> arguments_of(const Gateway& gateway, const Process& process);

}  // namespace wgaudit
