#include "wgaudit/audit/witnesses.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

using std::chrono::seconds;

// latest-handshake is cut to the second, and lines are some milliseconds late.
constexpr seconds line_tolerance{1};

// Longer than a question is asked (DumpSchedule: 5.5 s) or an outage of `wg` usually lasts.
constexpr seconds memory{60};

constexpr std::size_t max_places = 16384;

bool heard_since(const std::unordered_map<Endpoint, UtcTime>& places, const Endpoint& endpoint,
                 UtcTime since) {
  const auto found = places.find(endpoint);
  return found != places.end() && found->second >= since;
}

}  // namespace

void Witnesses::on_line(const KernelEvent& event, UtcTime now) {
  if (size_ >= max_places) forget_all();  // forged: the records say `dump`, which is true
  ++size_;                                // at most: recounted with every dump
  Lines& lines = interfaces_[event.interface];
  lines.last = now;
  if (event.kind == EventKind::peer_created) return lines.created.push_back(now);
  if (event.kind == EventKind::interface_destroyed) lines.interface_destroyed = now;
  if (!event.peer || !event.endpoint) return;
  (event.kind == EventKind::peer_destroyed ? lines.destroyed : lines.heard)[*event.endpoint] = now;
}

std::vector<Witness> Witnesses::of(const std::vector<PeerChange>& changes) {
  std::vector<Witness> witnesses(changes.size());
  std::transform(changes.rbegin(), changes.rend(), witnesses.rbegin(),
                 [this](const PeerChange& change) { return of_one(change); });
  return witnesses;
}

Witness Witnesses::of_one(const PeerChange& change) {
  const auto found = interfaces_.find(change.interface);
  if (found == interfaces_.end()) return Witness::dump;
  Lines& lines = found->second;
  const auto both_if = [](bool told) { return told ? Witness::both : Witness::dump; };
  const Endpoint& endpoint = change.peer.row.endpoint;
  switch (change.reason) {
    case ChangeReason::first_seen:
      if (change.kind == PeerChange::Kind::online) break;
      if (lines.created.empty() || lines.created.back() < lines.listed) {
        return Witness::dump;
      }
      lines.created.pop_back();
      return Witness::both;
    case ChangeReason::handshake:
      break;
    case ChangeReason::timeout:
      return Witness::dump;  // that nothing comes is told by no line
    case ChangeReason::endpoint_changed:
      return both_if(heard_since(lines.heard, endpoint, lines.listed));
    case ChangeReason::peer_recreated:
      return both_if(std::any_of(lines.destroyed.begin(), lines.destroyed.end(),
                                 [&](const auto& place) { return place.second >= lines.listed; }));
    case ChangeReason::peer_removed:
      return both_if(heard_since(lines.destroyed, endpoint, lines.listed));
    case ChangeReason::interface_removed:
      return both_if(lines.interface_destroyed >= lines.listed);
  }
  return both_if(heard_since(lines.heard, endpoint, change.when - line_tolerance));
}

void Witnesses::on_dump(const Dump& dump, UtcTime started) {
  for (const DumpInterface& interface : dump) {
    const auto found = interfaces_.find(interface.name);
    if (found != interfaces_.end()) found->second.listed = started;
  }
  forget_before(started);
}

/// What is too old to have to do with a dump that was started at `started`.
void Witnesses::forget_before(UtcTime started) {
  size_ = interfaces_.size();
  const auto is_old = [&](const auto& place) { return place.second + memory < started; };
  for (auto& [name, lines] : interfaces_) {
    std::erase_if(lines.heard, is_old);
    std::erase_if(lines.destroyed, is_old);
    std::erase_if(lines.created, [&](UtcTime time) { return time + memory < started; });
    size_ += lines.heard.size() + lines.destroyed.size() + lines.created.size();
  }
  std::erase_if(interfaces_,
                [&](const auto& entry) { return entry.second.last + memory < started; });
}

void Witnesses::forget_all() {
  interfaces_.clear();
  size_ = 0;
}

}  // namespace wgaudit
