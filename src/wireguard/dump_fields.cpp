#include "wireguard/dump_fields.hpp"

#include <charconv>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

// The last second of the year 9999, the latest that RFC 3339 and so a record can name.
constexpr std::uint64_t max_handshake = 253'402'300'799;

/// Secrets are checked by their shape too: a line whose fields are shifted is refused then.
bool is_key_or_none(std::string_view text) {
  return text == "(none)" || is_key_text(text);
}

std::optional<std::uint32_t> parse_fwmark(std::string_view text) {
  if (text == "off") return 0;
  if (!take_prefix(text, "0x")) return std::nullopt;
  std::uint32_t mark = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mark, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return mark;
}

bool are_allowed_ips(std::string_view text) {
  if (text == "(none)") return true;
  if (!text.empty() && text.back() == ',') return false;  // take_until would not see the last one
  do {
    std::string_view prefix = take_until(text, ',');
    const auto address = parse_ip_address(take_until(prefix, '/'));
    const auto length = parse_number<unsigned>(prefix);
    if (!address || !length) return false;
    if (*length > (address->family == AddressFamily::ipv4 ? 32U : 128U)) return false;
  } while (!text.empty());
  return true;
}

std::optional<std::chrono::seconds> parse_keepalive(std::string_view text) {
  if (text == "off") return std::chrono::seconds(0);
  const auto seconds = parse_number<std::uint16_t>(text);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

}  // namespace

DumpFields::DumpFields(std::string_view line) {
  for (;;) {
    const auto end = line.find('\t');
    if (count < values.size()) values[count] = line.substr(0, end);
    ++count;
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

std::optional<DumpFault> read_interface_fields(const DumpFields& fields, DumpInterface& interface) {
  const auto name = parse_interface_name(fields[0]);
  if (!name) return DumpFault::bad_interface;
  if (!is_key_or_none(fields[1]) || !is_key_or_none(fields[2])) return DumpFault::bad_key;
  const auto port = parse_number<std::uint16_t>(fields[3]);
  const auto fwmark = parse_fwmark(fields[4]);
  if (!port || !fwmark) return DumpFault::bad_number;
  interface.name = *name;
  interface.public_key = parse_public_key(fields[2]).value_or(PublicKey{});
  interface.listen_port = *port;
  interface.fwmark = *fwmark;
  return std::nullopt;
}

std::optional<DumpFault> read_peer_fields(const DumpFields& fields, const DigestSalt& salt,
                                          DumpPeer& peer) {
  const auto key = parse_public_key(fields[1]);
  if (!key || !is_key_or_none(fields[2])) return DumpFault::bad_key;
  const auto endpoint = parse_endpoint(fields[3]);
  if (!endpoint) return DumpFault::bad_endpoint;
  if (!are_allowed_ips(fields[4])) return DumpFault::bad_allowed_ips;
  const auto handshake = parse_number<std::uint64_t>(fields[5]);
  const auto rx = parse_number<std::uint64_t>(fields[6]);
  const auto tx = parse_number<std::uint64_t>(fields[7]);
  const auto keepalive = parse_keepalive(fields[8]);
  if (!handshake || *handshake > max_handshake || !rx || !tx || !keepalive)
    return DumpFault::bad_number;
  peer.public_key = *key;
  peer.preshared_key = digest_of(fields[2], salt);
  peer.endpoint = *endpoint;
  peer.allowed_ips = fields[4];
  peer.latest_handshake =
      std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(*handshake)));
  peer.rx_bytes = *rx;
  peer.tx_bytes = *tx;
  peer.persistent_keepalive = *keepalive;
  return std::nullopt;
}

SecretDigest digest_of(std::string_view preshared_key, const DigestSalt& salt) {
  return preshared_key == "(none)" ? SecretDigest::none() : SecretDigest::of(preshared_key, salt);
}

}  // namespace wgaudit
