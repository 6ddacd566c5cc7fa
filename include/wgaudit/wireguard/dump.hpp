#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wgaudit/wireguard/endpoint.hpp"
#include "wgaudit/wireguard/ids.hpp"
#include "wgaudit/wireguard/public_key.hpp"
#include "wgaudit/wireguard/secret_digest.hpp"

namespace wgaudit {

/// A DumpPeer is one peer line of `wg show all dump` (show.c of wireguard-tools, dump_print),
/// without its secret. `wg` reads the peers from the kernel, so all of it is what the kernel had
/// when the dump was taken.
struct DumpPeer {
  PublicKey public_key;
  SecretDigest preshared_key;  ///< Digest that says whether a key is set, and whether it changed.
  Endpoint endpoint;           ///< Where it was last heard from, or as configured; may be none.
  std::string allowed_ips;     ///< Networks as printed: comma-joined, in the kernel's order.
  std::chrono::sys_seconds latest_handshake{};  ///< Wall-clock time, cut to the second; 0: never.
  std::uint64_t rx_bytes = 0;                   ///< Bytes received since the peer was created.
  std::uint64_t tx_bytes = 0;                   ///< Bytes sent since the peer was created.
  std::chrono::seconds persistent_keepalive{};  ///< Interval of keepalives; 0: off.

  friend bool operator==(const DumpPeer&, const DumpPeer&) = default;
};

/// A DumpInterface is one interface line without its secret, and the interface's peers. The kernel
/// appends a new peer to its list, so peers stand in the order of their kernel ids.
struct DumpInterface {
  InterfaceName name;
  PublicKey public_key;           ///< Key of the interface; all zero where it has none.
  std::uint16_t listen_port = 0;  ///< UDP port.
  std::uint32_t fwmark = 0;       ///< Mark of outgoing packets; 0: off.
  std::vector<DumpPeer> peers;
};

/// A Dump is all interfaces of one network namespace, in the order in which `wg` lists them.
using Dump = std::vector<DumpInterface>;

/// A DumpFault is a reason to refuse an output. The names appear in records of failed dumps.
enum class DumpFault : std::uint8_t {
  cut_short,          ///< The last line has no line end.
  wrong_field_count,  ///< A line has neither 5 nor 9 tab-separated fields.
  bad_interface,      ///< A name is none that the kernel allows.
  bad_key,            ///< A key is neither 44 base64 characters nor `(none)`.
  bad_endpoint,       ///< An endpoint is not an address and port as `wg` spells them.
  bad_allowed_ips,    ///< A list of networks has a bad address or prefix length.
  bad_number,         ///< A number is none, or too large for its field.
  stray_peer,         ///< A peer line stands before the line of its interface.
  duplicate,          ///< An interface or, within an interface, a peer is listed twice.
};

/// Returns the name of a fault.
std::string_view to_text(DumpFault fault);

/// A DumpError says where an output is wrong. It never holds what stood there, which may be a key.
struct DumpError {
  DumpFault fault;
  std::size_t line;  ///< Number of the line, from 1.
};

}  // namespace wgaudit
