#include "presence/dump_context.hpp"

#include <chrono>
#include <utility>

#include "presence/row_rules.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

}  // namespace

std::optional<SteadyTime> DumpContext::handshake_of(const PeerState& peer) const {
  if (!peer.expires) return std::nullopt;
  return *peer.expires - limits.threshold;
}

Absence DumpContext::timeout_of(const PeerState& peer) const {
  // Online without any handshake: the kernel's object is a new one since this dump.
  if (!peer.expires) return {finished, ChangeReason::peer_recreated};
  const UtcTime expected = peer.row.latest_handshake + limits.threshold;
  return {{*peer.expires, wall_time(*peer.expires, expected)}, ChangeReason::timeout};
}

UtcTime DumpContext::wall_time(SteadyTime time, UtcTime expected) const {
  const UtcTime wall = finished.utc + (time - finished.steady);
  const auto difference = wall - expected;
  return difference < seconds(1) && difference > seconds(-1) ? expected : wall;
}

bool DumpContext::counts_less(const std::optional<Instant>& seen, const DumpPeer& before,
                              const DumpPeer& row) const {
  // The counters of one object never fall.
  if (row.rx_bytes < before.rx_bytes || row.tx_bytes < before.tx_bytes) return true;
  if (row.latest_handshake >= before.latest_handshake) return false;
  // Nor does an object forget its latest handshake.
  if (!has_handshake(row)) return true;
  // A lower handshake can also come from a wall clock that was set back; then it is the later one
  // all the same.
  const SteadyTime known = seen ? seen->steady : wall_clock.when(before.latest_handshake);
  return wall_clock.when(row.latest_handshake) + handshake_unit < known;
}

void DumpContext::note_expiry(const PeerState& peer) {
  if (peer.presence != Presence::online && !peer.absence) return;
  if (!peer.absence && !peer.expires) return;
  const SteadyTime expiry =
      (peer.absence ? peer.absence->since.steady : *peer.expires) + limits.grace;
  // It can be past already: the interface could not be read, so that only the interval of dumps
  // asks again; or the dump was started before, and the next one shows it.
  if (expiry <= started.steady) return;
  if (!next_expiry || expiry < *next_expiry) next_expiry = expiry;
}

void DumpContext::add_config(ConfigField field, const InterfaceName& interface,
                             const std::optional<PublicKey>& peer,
                             std::optional<std::string> before, std::optional<std::string> after) {
  changes.config.push_back(
      {field, interface, peer, std::move(before), std::move(after), finished.utc});
}

}  // namespace wgaudit
