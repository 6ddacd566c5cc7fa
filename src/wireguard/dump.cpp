#include "wgaudit/wireguard/dump.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

constexpr std::size_t interface_fields = 5;
constexpr std::size_t peer_fields = 9;

using Fields = std::array<std::string_view, peer_fields>;

/// Number of fields in `line`, the first nine of them in `fields`.
std::size_t split(std::string_view line, Fields& fields) {
  for (std::size_t count = 0;;) {
    const auto end = line.find('\t');
    if (count < fields.size()) fields[count] = line.substr(0, end);
    ++count;
    if (end == std::string_view::npos) return count;
    line.remove_prefix(end + 1);
  }
}

/// A secret's shape is checked as any key's: the fields are then known to be where they belong.
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
  if (!text.empty() && text.back() == ',') return false;
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

using Fault = std::optional<DumpFault>;

Fault read_interface(const Fields& fields, DumpInterface& interface) {
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

Fault read_peer(const Fields& fields, const DigestSalt& salt, DumpPeer& peer) {
  const auto key = parse_public_key(fields[1]);
  if (!key || !is_key_or_none(fields[2])) return DumpFault::bad_key;
  const auto endpoint = parse_endpoint(fields[3]);
  if (!endpoint) return DumpFault::bad_endpoint;
  if (!are_allowed_ips(fields[4])) return DumpFault::bad_allowed_ips;
  // 2^40 s is the year 36812: above it the arithmetic in microseconds would overflow.
  const auto handshake = parse_number<std::uint64_t>(fields[5]);
  const auto rx = parse_number<std::uint64_t>(fields[6]);
  const auto tx = parse_number<std::uint64_t>(fields[7]);
  const auto keepalive = parse_keepalive(fields[8]);
  if (!handshake || *handshake >> 40 != 0 || !rx || !tx || !keepalive) return DumpFault::bad_number;
  peer.public_key = *key;
  peer.preshared_key =
      fields[2] == "(none)" ? SecretDigest::none() : SecretDigest::of(fields[2], salt);
  peer.endpoint = *endpoint;
  peer.allowed_ips = fields[4];
  peer.latest_handshake =
      std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(*handshake)));
  peer.rx_bytes = *rx;
  peer.tx_bytes = *tx;
  peer.persistent_keepalive = *keepalive;
  return std::nullopt;
}

/// Tells which keys of a list stand in it already, by their places there: an open-addressed table
/// that is never more than half full.
class KeyPlaces {
 public:
  void clear() {
    std::fill(places_.begin(), places_.end(), 0);
    size_ = 0;
  }

  /// Adds the last of `peers`; false where its key is there already.
  bool add_last(const std::vector<DumpPeer>& peers) {
    if (2 * ++size_ > places_.size()) grow(peers);
    return add(peers, peers.size() - 1);
  }

 private:
  bool add(const std::vector<DumpPeer>& peers, std::size_t index) {
    const PublicKey& key = peers[index].public_key;
    for (std::size_t i = std::hash<PublicKey>{}(key);; ++i) {
      std::uint32_t& place = places_[i & (places_.size() - 1)];
      if (place == 0) {
        place = static_cast<std::uint32_t>(index + 1);
        return true;
      }
      if (peers[place - 1].public_key == key) return false;
    }
  }

  void grow(const std::vector<DumpPeer>& peers) {
    places_.assign(std::max<std::size_t>(64, 2 * places_.size()), 0);
    for (std::size_t i = 0; i + 1 < peers.size(); ++i) add(peers, i);
  }

  std::vector<std::uint32_t> places_;  // index + 1; 0: free
  std::size_t size_ = 0;
};

class DumpParser {
 public:
  explicit DumpParser(const DigestSalt& salt) : salt_(salt) {}

  Fault read_line(std::string_view line) {
    Fields fields;
    const std::size_t count = split(line, fields);
    if (count == interface_fields) return add_interface(fields);
    if (count == peer_fields) return add_peer(fields);
    return DumpFault::wrong_field_count;
  }

  Dump take() { return std::move(dump_); }

 private:
  Fault add_interface(const Fields& fields) {
    DumpInterface interface;
    if (const Fault fault = read_interface(fields, interface)) return fault;
    if (!interfaces_.insert(interface.name).second) return DumpFault::duplicate;
    keys_.clear();
    dump_.push_back(std::move(interface));
    return std::nullopt;
  }

  Fault add_peer(const Fields& fields) {
    if (dump_.empty() || dump_.back().name.view() != fields[0]) return DumpFault::stray_peer;
    auto& peers = dump_.back().peers;
    if (const Fault fault = read_peer(fields, salt_, peers.emplace_back())) return fault;
    if (!keys_.add_last(peers)) return DumpFault::duplicate;
    return std::nullopt;
  }

  const DigestSalt& salt_;
  Dump dump_;
  std::unordered_set<InterfaceName> interfaces_;
  KeyPlaces keys_;  // of the interface being read
};

}  // namespace

std::string_view to_text(DumpFault fault) {
  switch (fault) {
    case DumpFault::cut_short:
      return "cut_short";
    case DumpFault::wrong_field_count:
      return "wrong_field_count";
    case DumpFault::bad_interface:
      return "bad_interface";
    case DumpFault::bad_key:
      return "bad_key";
    case DumpFault::bad_endpoint:
      return "bad_endpoint";
    case DumpFault::bad_allowed_ips:
      return "bad_allowed_ips";
    case DumpFault::bad_number:
      return "bad_number";
    case DumpFault::stray_peer:
      return "stray_peer";
    case DumpFault::duplicate:
      return "duplicate";
  }
  __builtin_unreachable();
}

tl::expected<Dump, DumpError> parse_dump(std::string_view text, const DigestSalt& salt) {
  DumpParser parser(salt);
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      return tl::unexpected(DumpError{DumpFault::cut_short, line});
    }
    if (const Fault fault = parser.read_line(text.substr(0, end))) {
      return tl::unexpected(DumpError{*fault, line});
    }
    text.remove_prefix(end + 1);
  }
  return parser.take();
}

}  // namespace wgaudit
