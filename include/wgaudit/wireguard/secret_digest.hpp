#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wgaudit {

/// A DigestSalt makes the digests of one process worthless to another. The shell draws it from the
/// system's random numbers at start; it is never stored.
using DigestSalt = std::array<std::uint8_t, 16>;

/// A SecretDigest stands for a secret. It says whether one is set and whether two are equal, and
/// nothing else: a keyed hash that can be compared but neither read, printed nor stored.
class SecretDigest {
 public:
  /// An unknown secret: that of a peer which was read back from a record.
  SecretDigest() = default;

  /// No secret is set.
  static SecretDigest none();
  /// Hashes a secret that is set.
  static SecretDigest of(std::string_view secret, const DigestSalt& salt);

  /// Whether a dump showed the secret or its absence.
  bool is_known() const { return state_ != State::unknown; }
  /// Whether a secret is set.
  bool is_set() const { return state_ == State::set; }

  friend bool operator==(const SecretDigest&, const SecretDigest&) = default;

 private:
  enum class State : std::uint8_t { unknown, none, set };

  std::uint64_t hash_ = 0;
  State state_ = State::unknown;
};

/// Returns SipHash-2-4 of `text` (Aumasson and Bernstein, 2012). It is our own because each row of
/// each dump is hashed: OpenSSL 3.0's EVP_MAC, fetched and keyed once, costs 53 ns for 31 ns here,
/// and parsing and reconciling 1,000 rows 91 us for 59 us (tests/bench/dump_bench).
std::uint64_t siphash(std::string_view text, const DigestSalt& key);

}  // namespace wgaudit
