#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "wgaudit/wireguard/dump.hpp"

namespace wgaudit {

inline constexpr std::size_t interface_fields = 5;  ///< Fields of an interface line.
inline constexpr std::size_t peer_fields = 9;       ///< Fields of a peer line, the longest.

/// DumpFields is a line split at its tabs. Borrows. A line with too many fields keeps the first
/// nine and the count of all.
struct DumpFields {
  explicit DumpFields(std::string_view line);

  std::string_view operator[](std::size_t i) const { return values[i]; }

  std::array<std::string_view, peer_fields> values;
  std::size_t count = 0;
};

/// Fills `interface`, except its peers, from the fields of its line; or returns what is wrong.
std::optional<DumpFault> read_interface_fields(const DumpFields& fields, DumpInterface& interface);

/// Fills `peer` from the fields of its line; or returns what is wrong.
std::optional<DumpFault> read_peer_fields(const DumpFields& fields, const DigestSalt& salt,
                                          DumpPeer& peer);

/// Returns the digest of a preshared key as `wg` prints it; `(none)` has one of its own.
SecretDigest digest_of(std::string_view preshared_key, const DigestSalt& salt);

}  // namespace wgaudit
