#include "wgaudit/identity/dump_queue.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

// Rows have 64 bytes: 4 MB at most wait, unless two dumps alone have more.
constexpr std::size_t max_dumps = 64;
constexpr std::size_t max_rows = 65536;

DumpRow dump_row(const DumpPeer& peer) {
  return {peer.public_key, std::hash<Endpoint>{}(peer.endpoint), !peer.endpoint.is_none(),
          peer.latest_handshake, peer.rx_bytes};
}

}  // namespace

const WaitingDump::Interface* WaitingDump::find(const InterfaceName& name) const {
  const auto found =
      std::find_if(interfaces.begin(), interfaces.end(),
                   [&](const Interface& interface) { return interface.name == name; });
  return found == interfaces.end() ? nullptr : &*found;
}

void DumpQueue::push(const Dump& dump, Instant started, Instant finished) {
  WaitingDump waiting{started, finished, {}, false};
  for (const DumpInterface& interface : dump) {
    WaitingDump::Interface& kept = waiting.interfaces.emplace_back();
    kept.name = interface.name;
    kept.rows.reserve(interface.peers.size());
    for (const DumpPeer& peer : interface.peers) kept.rows.push_back(dump_row(peer));
  }
  waiting_.push_back(std::move(waiting));
  make_room();
}

bool DumpQueue::lists(const InterfaceName& name) const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [&](const WaitingDump& dump) { return dump.find(name) != nullptr; });
}

/// Drops every second dump, but neither the first, which lines will reach first, nor the last.
void DumpQueue::make_room() {
  std::size_t rows = 0;
  for (const WaitingDump& dump : waiting_) {
    for (const auto& interface : dump.interfaces) rows += interface.rows.size();
  }
  if (waiting_.size() <= max_dumps && (rows <= max_rows || waiting_.size() <= 2)) return;
  for (std::size_t i = 1; i + 1 < waiting_.size(); ++i) {
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace wgaudit
