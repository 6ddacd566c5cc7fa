#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/base/sha256.hpp"

namespace wgaudit {

/// A public key of Ed25519 (RFC 8032).
using SealKey = std::array<std::uint8_t, 32>;

/// A signature of Ed25519.
using Signature = std::array<std::uint8_t, 64>;

/// Digest of a closed segment of the events.
struct SegmentDigest {
  std::uint64_t first_sequence = 0;  ///< Number of its first record, which names the segment.
  Hash digest{};                     ///< SHA-256 of its lines, each with its line end.
};

/// An attacker who takes over a machine can make a chain anew, but not the signatures of keys that
/// are gone. A seal is signed with the key of its epoch and names the key of the next one; then the
/// daemon destroys the one that it signed with. On the disk it is the last member before the
/// link of a checkpoint's line, all numbers but the epoch hexadecimal:
///
///     {"v":1,…,"seal":{"epoch":7,"head":"…","events":[{"first":1,"sha256":"…"}],"key":"…",
///                      "next_key":"…","signature":"…"},"chain":"…"}
///
/// What is signed is the line's text up to `,"signature"`.
struct Seal {
  std::uint64_t epoch = 0;  ///< Number of the key, from 0.
  Hash head{};              ///< Link of the line before, which vouches for all that is sealed.
  std::vector<SegmentDigest> events{};  ///< Segments closed since the previous seal, ascending.
  SealKey key{};
  SealKey next_key{};
};

/// Returns the text to be signed: `object`, the text of a JSON object with at least one member,
/// with the seal.
std::string text_to_sign(std::string_view object, const Seal& seal);

/// Returns the object with the seal, of the text that was signed and its signature.
std::string sealed_object(std::string_view signed_text, const Signature& signature);

/// The parts of a sealed line.
struct SealedLine {
  Seal seal;
  std::string_view signed_text;
  Signature signature{};
};

/// Returns the seal of a line; nothing where it carries none that is spelt as above.
std::optional<SealedLine> seal_of(std::string_view line);

/// Says whether the signature is that of the key that the seal names.
bool is_signed(const SealedLine& line);

}  // namespace wgaudit
