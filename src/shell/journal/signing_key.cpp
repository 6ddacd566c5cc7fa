#include "shell/journal/signing_key.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cerrno>
#include <memory>
#include <stdexcept>

#include "wgaudit/base/hex.hpp"

namespace wgaudit {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void check_openssl(bool ok) {
  if (!ok) throw std::runtime_error("Ed25519 is not to be had from OpenSSL");
}

Key key_of(const std::array<std::uint8_t, 32>& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
          EVP_PKEY_free);
  check_openssl(key != nullptr);
  return key;
}

}  // namespace

std::optional<SigningKey> SigningKey::generate() {
  SigningKey key;
  if (RAND_priv_bytes(key.seed_.data(), static_cast<int>(key.seed_.size())) == 1) return key;
  errno = ENODATA;
  return std::nullopt;
}

std::optional<SigningKey> SigningKey::parse(std::string_view text) {
  SigningKey key;
  if (!parse_hex(text, key.seed_)) return std::nullopt;
  return key;
}

SigningKey::~SigningKey() {
  OPENSSL_cleanse(seed_.data(), seed_.size());
}

SealKey SigningKey::public_key() const {
  SealKey key{};
  std::size_t size = key.size();
  check_openssl(EVP_PKEY_get_raw_public_key(key_of(seed_).get(), key.data(), &size) == 1);
  return key;
}

Signature SigningKey::sign(std::string_view text) const {
  const Key key = key_of(seed_);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  check_openssl(context != nullptr &&
                EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  Signature signature{};
  std::size_t size = signature.size();
  check_openssl(EVP_DigestSign(context.get(), signature.data(), &size,
                               reinterpret_cast<const unsigned char*>(text.data()),
                               text.size()) == 1);
  return signature;
}

std::string SigningKey::text() const {
  std::string text;
  append_hex(seed_, text);
  return text;
}

}  // namespace wgaudit
