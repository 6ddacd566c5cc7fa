#pragma once

#include <cstdint>

namespace wgaudit {

/// Which of wg_monitor's two grammars the text log has.
enum class LogFormat : std::uint8_t {
  compact,  ///< Lines of version 2: `2026-11-21 07:05:36 ONLINE  [wg0] …`
  classic,  ///< Lines of the last version 1: `2026-11-21 07:05:36 - INFO - Status change: …`
};

enum class LogLevel : std::uint8_t { info, warning };

}  // namespace wgaudit
