#pragma once

#include <chrono>

namespace wgaudit {

/// Protocol times that decisions here depend on (drivers/net/wireguard/messages.h; the WireGuard
/// whitepaper, section 6).

/// A handshake attempt is repeated after this time, plus up to a third of a second.
inline constexpr std::chrono::seconds rekey_timeout{5};

/// A session's keys are refused after this time, which makes it the natural ONLINE threshold.
inline constexpr std::chrono::seconds reject_after_time{180};

}  // namespace wgaudit
