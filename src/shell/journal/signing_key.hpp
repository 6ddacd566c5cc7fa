#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wgaudit/integrity/seal.hpp"

namespace wgaudit {

/// A private key of Ed25519 (RFC 8032), in memory that is wiped when it goes.
class SigningKey {
 public:
  /// A new one, by the system's random numbers. Nothing, with errno set, where there are none.
  static std::optional<SigningKey> generate();

  /// Reads what text() gave; nothing where it is anything else.
  static std::optional<SigningKey> parse(std::string_view text);

  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  ~SigningKey();

  SealKey public_key() const;
  Signature sign(std::string_view text) const;

  /// Hexadecimal: a secret, for its file alone. The caller wipes it.
  std::string text() const;

 private:
  SigningKey() = default;

  std::array<std::uint8_t, 32> seed_{};
};

}  // namespace wgaudit
