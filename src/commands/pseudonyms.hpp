#pragma once

#include <string>
#include <string_view>

#include "shell/system/wiped_buffer.hpp"
#include "wgaudit/wireguard/endpoint.hpp"

namespace wgaudit {

/// Stand-ins for IP addresses: the same for the same address and key, and nothing that leads back
/// to it without the key. Each is an address itself, of fd00::/8 (RFC 4193): after its first byte
/// come the first 15 of HMAC-SHA256 (RFC 2104) of the address's bytes.
class Pseudonyms {
 public:
  /// Throws SetupError (exit code 65) where the key is shorter than 16 bytes.
  explicit Pseudonyms(WipedBuffer key);

  IpAddress of(const IpAddress& address) const;

  /// The text with each address in it replaced, however it is spelt.
  std::string replace_in(std::string_view text) const;

 private:
  WipedBuffer key_;
};

}  // namespace wgaudit
