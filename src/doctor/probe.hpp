#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace wgaudit {

/// Asks the whole chain for a sign of life: a handshake whose MAC is wrong, sent to WireGuard over
/// the loopback, has the kernel print `Invalid MAC of handshake, dropping packet from
/// 127.0.0.1:PORT` (receive.c, wg_receive_handshake_packet), which must come to be among the
/// events. It leaves that event, and changes nothing.
///
/// `port` is WireGuard's. How long it took; nothing where it is not there after `time_limit`.
std::optional<std::chrono::milliseconds> send_probe(std::uint16_t port,
                                                    const std::filesystem::path& journal,
                                                    std::chrono::milliseconds time_limit);

}  // namespace wgaudit
