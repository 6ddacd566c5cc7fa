#include "wgaudit/wireguard/secret_digest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace wgaudit {
namespace {

/// Returns up to eight bytes as a number, the first byte the lowest.
std::uint64_t word_at(std::string_view bytes) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes.data(), std::min(bytes.size(), sizeof word));
    return word;
  }
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) {
    word |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  return word;
}

/// The four words of SipHash's state and its round; names and constants are the paper's.
struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void rounds(int count) {
    for (; count > 0; --count) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  }

  void take(std::uint64_t word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t siphash(std::string_view text, const DigestSalt& key) {
  const std::string_view key_bytes(reinterpret_cast<const char*>(key.data()), key.size());
  const std::uint64_t k0 = word_at(key_bytes);
  const std::uint64_t k1 = word_at(key_bytes.substr(8));
  SipState state{k0 ^ 0x736f6d6570736575U, k1 ^ 0x646f72616e646f6dU, k0 ^ 0x6c7967656e657261U,
                 k1 ^ 0x7465646279746573U};
  const std::uint64_t length = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) state.take(word_at(text));
  state.take(word_at(text) | length << 56);  // the last word ends in the length modulo 256
  state.v2 ^= 0xff;
  state.rounds(4);
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

SecretDigest SecretDigest::none() {
  SecretDigest digest;
  digest.state_ = State::none;
  return digest;
}

SecretDigest SecretDigest::of(std::string_view secret, const DigestSalt& salt) {
  SecretDigest digest;
  digest.hash_ = siphash(secret, salt);
  digest.state_ = State::set;
  return digest;
}

}  // namespace wgaudit
