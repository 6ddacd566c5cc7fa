#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

inline constexpr std::size_t interface_fields = 5;
inline constexpr std::size_t peer_fields = 9;

using Fields = std::array<std::string_view, peer_fields>;

/// Number of tab-separated fields in `line`, the first nine of them in `fields`.
std::size_t split_fields(std::string_view line, Fields& fields);

/// What is wrong with the fields of an interface; nothing, and `interface` is filled but for its
/// peers.
std::optional<DumpFault> read_interface_fields(const Fields& fields, DumpInterface& interface);

std::optional<DumpFault> read_peer_fields(const Fields& fields, const DigestSalt& salt,
                                          DumpPeer& peer);

SecretDigest digest_of(std::string_view preshared_key, const DigestSalt& salt);

}  // namespace wgaudit
