#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wgaudit {

/// A PublicKey is a Curve25519 public key in binary. There is no type for private and preshared
/// keys, so that nothing can hold one.
struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};

  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

/// Reads the 44 base64 characters that `wg` prints. Refuses any other length, alphabet or non-zero
/// padding bits, so that one key has one spelling.
std::optional<PublicKey> parse_public_key(std::string_view text);

/// Whether parse_public_key would take the text. It is not decoded, so secrets may be checked.
bool is_key_text(std::string_view text);

/// Spells a key as `wg` does: 44 base64 characters.
std::string to_text(const PublicKey& key);
void append_text(const PublicKey& key, std::string& text);

}  // namespace wgaudit

template <>
struct std::hash<wgaudit::PublicKey> {
  /// Keys are uniformly distributed already, so any eight bytes of one are a hash.
  std::size_t operator()(const wgaudit::PublicKey& key) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, key.bytes.data(), sizeof value);
    return value;
  }
};
