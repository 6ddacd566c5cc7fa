#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

inline constexpr std::size_t interface_fields = 5;
inline constexpr std::size_t peer_fields = 9;

/// A line at its tabs; of more fields than a peer has, the first.
struct DumpFields {
  explicit DumpFields(std::string_view line);

  std::string_view operator[](std::size_t i) const { return values[i]; }

  std::array<std::string_view, peer_fields> values;
  std::size_t count = 0;
};

/// What is wrong with the fields of an interface; nothing, and `interface` is filled but for its
/// peers.
std::optional<DumpFault> read_interface_fields(const DumpFields& fields, DumpInterface& interface);

std::optional<DumpFault> read_peer_fields(const DumpFields& fields, const DigestSalt& salt,
                                          DumpPeer& peer);

SecretDigest digest_of(std::string_view preshared_key, const DigestSalt& salt);

}  // namespace wgaudit
