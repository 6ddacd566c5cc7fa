// Two outputs of `wg show all dump`, one after the other, with a NUL between them.

#include "wgaudit/wireguard/dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "fuzz/target.hpp"
#include "wgaudit/base/text.hpp"
#include "wgaudit/wireguard/dump_parser.hpp"

namespace wgaudit {
namespace {

bool is_same(const DumpInterface& a, const DumpInterface& b) {
  return a.name == b.name && a.public_key == b.public_key && a.listen_port == b.listen_port &&
         a.fwmark == b.fwmark && a.peers == b.peers;
}

bool is_same(const Dump& a, const Dump& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return is_same(x, y); });
}

std::string row_of(const DumpInterface& interface) {
  const bool has_key = interface.public_key != PublicKey{};
  return fmt::format("{}\t(none)\t{}\t{}\t{:#x}\n", interface.name.view(),
                     has_key ? to_text(interface.public_key) : "(none)", interface.listen_port,
                     interface.fwmark);
}

std::string row_of(const DumpInterface& interface, const DumpPeer& peer) {
  return fmt::format("{}\t{}\t(none)\t{}\t{}\t{}\t{}\t{}\t{}\n", interface.name.view(),
                     to_text(peer.public_key), to_text(peer.endpoint), peer.allowed_ips,
                     peer.latest_handshake.time_since_epoch().count(), peer.rx_bytes, peer.tx_bytes,
                     peer.persistent_keepalive.count());
}

void check_printed(Dump dump) {
  std::string printed;
  for (DumpInterface& interface : dump) {
    printed += row_of(interface);
    for (DumpPeer& peer : interface.peers) {
      peer.preshared_key = SecretDigest::none();
      printed += row_of(interface, peer);
    }
  }
  const auto again = parse_dump(printed);
  require(again && is_same(*again, dump), "a dump that was read is printed and read again");
}

void check_next(DumpParser& parser, std::string_view text) {
  const auto next = parser.parse(text);
  const auto fresh = parse_dump(text);
  require(next.has_value() == fresh.has_value(), "what was read before makes no dump good or bad");
  if (fresh) {
    require(is_same(**next, *fresh), "what was read before changes no dump");
    check_printed(*fresh);
  } else {
    require(next.error().fault == fresh.error().fault && next.error().line == fresh.error().line,
            "what was read before changes no fault");
  }
}

}  // namespace

void try_input(std::string_view input) {
  const std::string_view first = take_until(input, '\0');
  DumpParser parser;
  for (const auto text : {first, input, first}) check_next(parser, text);
}

}  // namespace wgaudit
