#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wgaudit {

/// What makes digests of one process worthless to another; from the system's random numbers, never
/// stored.
using DigestSalt = std::array<std::uint8_t, 16>;

/// Tells whether a secret is there and whether it is the one from before, and nothing else: a keyed
/// hash (SipHash-2-4) that can be compared but neither read, printed nor stored.
class SecretDigest {
 public:
  /// Nothing is known, as of a peer that was read back from a record.
  SecretDigest() = default;

  static SecretDigest none();
  static SecretDigest of(std::string_view secret, const DigestSalt& salt);

  bool is_known() const { return state_ != State::unknown; }
  bool is_set() const { return state_ == State::set; }

  friend bool operator==(const SecretDigest&, const SecretDigest&) = default;

 private:
  enum class State : std::uint8_t { unknown, none, set };

  std::uint64_t hash_ = 0;
  State state_ = State::unknown;
};

/// SipHash-2-4 of `text` (Aumasson and Bernstein, 2012).
std::uint64_t siphash(std::string_view text, const DigestSalt& key);

}  // namespace wgaudit
