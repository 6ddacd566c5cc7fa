#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/gateway.hpp"
#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

/// One run of `wg`, as the daemon runs it.
struct WgReading {
  std::optional<Dump> dump;  ///< Without secrets, as ever.
  std::string failure;       ///< Where there is none, or not of all interfaces.
  std::vector<std::string> cure{};
  bool is_denied = false;  ///< The kernel does not permit it.
};

WgReading read_wg(const Gateway& gateway);

Check check_wg(const Gateway& gateway, const WgReading& reading);

}  // namespace wgaudit
