#include "identity/row_evidence.hpp"

#include <algorithm>

#include "wgaudit/wireguard/limits.hpp"

namespace wgaudit {
namespace {

// A packet is counted right before or after its line (wg_packet_consume_data_done,
// wg_receive_handshake_packet of receive.c), but by a thread that can be kept waiting.
constexpr Stamp counting_lag = std::chrono::milliseconds(300);

// Keys are zeroed three times reject_after_time after the last were derived (timers.c), and derived
// keys can be confirmed, which is the handshake, until they are refused.
constexpr Stamp unmoved_before_zeroing = 3 * reject_after_time - reject_after_time;

/// Returns whether the counter stood still when the kernel received from the peer.
bool missed_packet(const FirstRow& row, const KernelPeer& peer) {
  return std::any_of(peer.received.begin(), peer.received.end(), [&](Stamp stamp) {
    return stamp != never_before && row.still_since < stamp - counting_lag &&
           stamp + counting_lag < row.last_seen;
  });
}

/// Returns whether the row had a handshake when the kernel had made no keys for long.
bool moved_unkeyed(const FirstRow& row, const KernelPeer& peer) {
  return peer.keys_zeroed != never_before && row.moved_before < peer.keys_zeroed &&
         row.moved_after > peer.keys_zeroed - unmoved_before_zeroing;
}

/// Returns whether the row did not go when the peer did, or went while the peer lives.
bool has_other_lifetime(const FirstRow& row, const KernelPeer& peer, const DumpSpan& dump) {
  const bool is_dead = peer.dead < dump.begin;
  return is_dead ? row.last_seen > peer.dead || row.gone < peer.dead : row.gone != never_yet;
}

}  // namespace

void note_row(FirstRow& first, const DumpRow& row, const DumpSpan& dump) {
  const bool is_first = first.last_seen == never_before;
  if (is_first || row.rx_bytes != first.rx_bytes) first.still_since = dump.end;
  if (!is_first && row.latest_handshake != first.handshake) {
    first.moved_after = first.last_seen;
    first.moved_before = dump.end;
  }
  first.last_seen = dump.begin;
  first.handshake = row.latest_handshake;
  first.rx_bytes = row.rx_bytes;
  if (!row.has_endpoint) {
    first.last_without_endpoint = dump.begin;
  } else {
    first.first_endpoint = std::min(first.first_endpoint, dump.end);
  }
  if (row.endpoint != first.endpoint || first.endpoint_since == never_yet) {
    first.endpoint = row.endpoint;
    first.endpoint_since = dump.end;
    first.is_shared = false;
  }
}

RowByEndpoint rows_by_endpoint(FirstRows& first_rows) {
  auto& rows = first_rows.rows;
  RowByEndpoint by_endpoint;
  by_endpoint.reserve(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    FirstRow& row = rows[i];
    if (row.gone != never_yet || row.last_without_endpoint == row.last_seen) continue;
    const auto [other, is_only] = by_endpoint.emplace(row.endpoint, i);
    if (!is_only) row.is_shared = rows[other->second].is_shared = true;
  }
  return by_endpoint;
}

std::optional<std::uint32_t> row_of_endpoint(const FirstRows& first_rows, const KernelPeer& peer,
                                             const RowByEndpoint& by_endpoint,
                                             const DumpSpan& dump) {
  const EndpointSpan& span = peer.span;
  if (!span.spans_dump()) return std::nullopt;
  const auto found = by_endpoint.find(span.hash);
  if (found == by_endpoint.end()) return std::nullopt;
  const FirstRow& row = first_rows.rows[found->second];
  const bool is_long = row.endpoint_since < span.first;
  const bool is_around = row.endpoint_since <= span.dump && span.last < dump.begin;
  if (row.is_shared || !(is_long || is_around)) return std::nullopt;
  return found->second;
}

std::optional<Evidence> refusal(const KernelPeer& peer, const FirstRow& row, const DumpSpan& dump) {
  if (has_other_lifetime(row, peer, dump)) return Evidence::lifetime;
  // The kernel forgets no endpoint: one that it had before, it has still.
  if (peer.first_endpoint < row.last_without_endpoint) return Evidence::no_endpoint;
  if (row.first_endpoint < peer.last_without_endpoint) return Evidence::no_endpoint;
  if (missed_packet(row, peer)) return Evidence::traffic;
  if (moved_unkeyed(row, peer)) return Evidence::keys_zeroed;
  if (row.gone != never_yet) return std::nullopt;
  if (peer.at_least.stamp < dump.begin && row.handshake < peer.at_least.second) {
    return Evidence::handshake;
  }
  return std::nullopt;
}

}  // namespace wgaudit
