#pragma once

#include "shell/metrics/exposition.hpp"
#include "shell/status/status.hpp"

namespace wgaudit {

/// The three series of each peer that prometheus_wireguard_exporter (3.x, without flags) gives, by
/// its names, types and labels, so that what was made for it goes on: bytes sent and received as
/// `wg` counts them, and the latest handshake as Unix time, 0 for never. As there, friendly_name is
/// missing from a peer without a name, and no endpoint is given. Three series for each peer.
void write_peer_metrics(const Records& peers, Exposition& text);

}  // namespace wgaudit
