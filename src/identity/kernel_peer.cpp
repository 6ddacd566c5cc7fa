#include "wgaudit/identity/kernel_peer.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

void note_endpoint(const Endpoint& endpoint, Stamp stamp, KernelPeer& peer) {
  if (endpoint.is_none()) {
    peer.last_without_endpoint = std::max(peer.last_without_endpoint, stamp);
    return;
  }
  // The endpoint of a peer can be set and changed, but never unset (socket.c).
  peer.first_endpoint = std::min(peer.first_endpoint, stamp);
  EndpointSpan& span = peer.span;
  const std::size_t hash = std::hash<Endpoint>{}(endpoint);
  if (span.first == never_yet || span.hash != hash) span = {hash, stamp, stamp, never_yet};
  span.last = std::max(span.last, stamp);
}

}  // namespace

void note_line(const StampedLine& line, std::optional<UtcTime> not_before, KernelPeer& peer) {
  if (line.kind == EventKind::peer_created) peer.born = line.stamp;
  if (line.kind == EventKind::peer_destroyed) peer.dead = line.stamp;
  // With the response, the handshake is complete on this side, and latest-handshake is set at once.
  if (line.kind == EventKind::handshake_response_received && not_before) {
    peer.at_least = {line.stamp, std::chrono::floor<std::chrono::seconds>(*not_before)};
  }
  if (is_received_packet(*line.kind)) peer.received = {line.stamp, peer.received[0]};
  if (line.kind == EventKind::keys_zeroed) peer.keys_zeroed = line.stamp;
  // This line is printed because there is no endpoint; it does not spell one.
  if (line.kind == EventKind::endpoint_missing) peer.last_without_endpoint = line.stamp;
  if (line.endpoint) note_endpoint(*line.endpoint, line.stamp, peer);
}

}  // namespace wgaudit
