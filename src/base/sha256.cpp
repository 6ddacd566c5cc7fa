#include "wgaudit/base/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace wgaudit {
namespace {

void check_openssl(bool ok) {
  if (!ok) throw std::runtime_error("SHA-256 is not to be had from OpenSSL");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  check_openssl(context_ != nullptr &&
                EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::add(std::string_view part) {
  check_openssl(EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1);
}

void Sha256::add(const Hash& part) {
  check_openssl(EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1);
}

Hash Sha256::finish() {
  Hash hash;
  check_openssl(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) == 1 &&
                EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1);
  return hash;
}

}  // namespace wgaudit
