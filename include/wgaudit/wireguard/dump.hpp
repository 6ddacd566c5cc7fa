#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "wgaudit/wireguard/endpoint.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/public_key.hpp"
#include "wgaudit/wireguard/secret_digest.hpp"

namespace wgaudit {

/// A peer line of `wg show all dump` (show.c of wireguard-tools, dump_print), without its secret.
struct DumpPeer {
  PublicKey public_key;
  SecretDigest preshared_key;  ///< Only whether there is one, and whether it is the same.
  Endpoint endpoint;
  std::string allowed_ips;  ///< As printed: comma-joined, in the kernel's order.
  std::chrono::sys_seconds latest_handshake{};  ///< 0: never. Truncated to the second.
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::chrono::seconds persistent_keepalive{};  ///< 0: off.

  friend bool operator==(const DumpPeer&, const DumpPeer&) = default;
};

/// An interface line, without its secret, and its peers in the order of their kernel ids.
struct DumpInterface {
  InterfaceName name;
  PublicKey public_key;  ///< All zero where the interface has no key.
  std::uint16_t listen_port = 0;
  std::uint32_t fwmark = 0;  ///< 0: off.
  std::vector<DumpPeer> peers;
};

using Dump = std::vector<DumpInterface>;

enum class DumpFault : std::uint8_t {
  cut_short,          ///< The last line has no end.
  wrong_field_count,  ///< Neither 5 nor 9 tab-separated fields.
  bad_interface,
  bad_key,
  bad_endpoint,
  bad_allowed_ips,
  bad_number,
  stray_peer,  ///< A peer line before the line of its interface.
  duplicate,   ///< An interface or, within an interface, a peer listed twice.
};

std::string_view to_text(DumpFault fault);

/// Where a dump is wrong. Never what stood there: that may be a key.
struct DumpError {
  DumpFault fault;
  std::size_t line;  ///< From 1.
};

/// Reads one output of `wg show all dump` (DumpParser).
tl::expected<Dump, DumpError> parse_dump(std::string_view text, const DigestSalt& salt = {});

}  // namespace wgaudit
