#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;

namespace wgaudit {

/// A Hash is a SHA-256 digest (FIPS 180-4).
using Hash = std::array<std::uint8_t, 32>;

/// A Sha256 hashes a text that comes in parts. Keeping one saves OpenSSL's allocations for each
/// hash. Throws std::runtime_error where OpenSSL has no SHA-256.
class Sha256 {
 public:
  Sha256();

  /// Appends a part to the text.
  void add(std::string_view part);
  void add(const Hash& part);

  /// Returns the hash of all parts and starts the next text.
  Hash finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace wgaudit
