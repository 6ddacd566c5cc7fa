#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;

namespace wgaudit {

/// SHA-256 (FIPS 180-4).
using Hash = std::array<std::uint8_t, 32>;

/// Hashes a text that comes in parts. Throws std::runtime_error where OpenSSL has no SHA-256.
class Sha256 {
 public:
  Sha256();

  void add(std::string_view part);
  void add(const Hash& part);

  /// The hash of all parts; the next one begins anew.
  Hash finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace wgaudit
