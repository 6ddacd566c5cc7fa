#include "shell/metrics/peer_metrics.hpp"

#include <string>
#include <vector>

#include "wgaudit/base/text.hpp"

namespace wgaudit {
namespace {

std::string labels_of(const Record& record) {
  const PeerFacts& peer = *record.peer();
  const std::string key = to_text(*peer.public_key);
  const std::string interface = to_printable(record.interface.view());
  if (peer.name.empty()) {
    return Exposition::text_of(
        {{"interface", interface}, {"public_key", key}, {"allowed_ips", peer.allowed_ips}});
  }
  return Exposition::text_of({{"interface", interface},
                              {"public_key", key},
                              {"allowed_ips", peer.allowed_ips},
                              {"friendly_name", peer.name}});
}

std::uint64_t seconds_of(const std::optional<std::chrono::sys_seconds>& time) {
  return time ? static_cast<std::uint64_t>(time->time_since_epoch().count()) : 0;
}

}  // namespace

void write_peer_metrics(const Records& peers, Exposition& text) {
  std::vector<std::string> labels;
  labels.reserve(peers.size());
  for (const Record& record : peers) labels.push_back(labels_of(record));
  const auto write = [&](std::string_view name, Exposition::Type type, std::string_view help,
                         auto value_of) {
    text.begin(name, type, help);
    for (std::size_t i = 0; i < peers.size(); ++i) text.add(labels[i], value_of(*peers[i].peer()));
  };
  write("wireguard_sent_bytes_total", Exposition::Type::counter, "Bytes sent to the peer.",
        [](const PeerFacts& peer) { return peer.tx_bytes.value_or(0); });
  write("wireguard_received_bytes_total", Exposition::Type::counter,
        "Bytes received from the peer.",
        [](const PeerFacts& peer) { return peer.rx_bytes.value_or(0); });
  write("wireguard_latest_handshake_seconds", Exposition::Type::gauge,
        "The latest handshake, in Unix time; 0: never.",
        [](const PeerFacts& peer) { return seconds_of(peer.latest_handshake); });
}

}  // namespace wgaudit
