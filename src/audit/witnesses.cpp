#include "wgaudit/audit/witnesses.hpp"

#include <algorithm>
#include <utility>

#include "audit/line_tolerance.hpp"

namespace wgaudit {
namespace {

using std::chrono::seconds;

// Longer than a question is asked (DumpSchedule: 5.5 s) or an outage of `wg` usually lasts.
constexpr seconds memory{60};

constexpr std::size_t max_places = 16384;

bool heard_since(const std::unordered_map<Endpoint, SteadyTime>& places, const Endpoint& endpoint,
                 SteadyTime since) {
  const auto found = places.find(endpoint);
  return found != places.end() && found->second >= since;
}

/// Takes the last of `times`, if it is not before `since`.
bool take_since(std::vector<SteadyTime>& times, SteadyTime since) {
  if (times.empty() || times.back() < since) return false;
  times.pop_back();
  return true;
}

}  // namespace

void Witnesses::on_line(const HeardLine& line) {
  const KernelEvent& event = line.event;
  const SteadyTime printed = line.printed.steady;
  if (size_ >= max_places) forget_all();  // forged: the records say `dump`, which is true
  ++size_;                                // at most: recounted with every dump
  if (event.kind == EventKind::interface_renamed) return rename(event);
  Lines& lines = interfaces_[event.interface];
  lines.last = printed;
  if (event.kind == EventKind::peer_created) return lines.created.push_back(printed);
  if (event.kind == EventKind::interface_destroyed) lines.interface_destroyed = printed;
  if (!event.peer || !event.endpoint) return;
  if (event.kind == EventKind::peer_destroyed) {
    take_removal(lines.removals[*event.endpoint], printed);
  } else {
    lines.heard[*event.endpoint] = printed;
  }
}

/// What its lines said goes with it.
void Witnesses::rename(const KernelEvent& event) {
  const auto previous = parse_interface_name(event.previous_interface);
  if (!previous) return;
  auto node = interfaces_.extract(*previous);
  if (node) interfaces_.insert_or_assign(event.interface, std::move(node.mapped()));
}

/// `destroyed` is printed when the peer has no users any more: dumps can be ahead of it.
void Witnesses::take_removal(Removals& removals, SteadyTime printed) {
  auto& [told, untold] = removals;
  if (untold.empty()) return told.push_back(printed);
  untold.erase(untold.begin());
}

std::vector<Witness> Witnesses::of(const std::vector<PeerChange>& changes, SteadyTime now) {
  std::vector<Witness> witnesses(changes.size());
  std::transform(changes.rbegin(), changes.rend(), witnesses.rbegin(),
                 [&](const PeerChange& change) { return of_one(change, now); });
  return witnesses;
}

Witness Witnesses::of_one(const PeerChange& change, SteadyTime now) {
  Lines& lines = interfaces_[change.interface];
  lines.last = std::max(lines.last, now);
  const auto both_if = [](bool told) { return told ? Witness::both : Witness::dump; };
  const Endpoint& endpoint = change.peer.row.endpoint;
  switch (change.reason) {
    case ChangeReason::first_seen:
      if (change.kind == PeerChange::Kind::online) break;
      return both_if(take_since(lines.created, lines.listed));
    case ChangeReason::handshake:
      break;
    case ChangeReason::timeout:
      return Witness::dump;  // no line reports that nothing comes
    case ChangeReason::endpoint_changed:
      return both_if(heard_since(lines.heard, endpoint, lines.listed));
    case ChangeReason::peer_recreated:
      return both_if(
          std::any_of(lines.removals.begin(), lines.removals.end(), [&](const auto& place) {
            const Times& told = place.second.told;
            return !told.empty() && told.back() >= lines.listed;
          }));
    case ChangeReason::peer_removed:
      return of_removal(lines.removals[endpoint], lines.listed, now);
    case ChangeReason::interface_removed:
      return both_if(lines.interface_destroyed >= lines.listed);
  }
  const SteadyTime began = change.peer.session->began_steady;
  return both_if(heard_since(lines.heard, endpoint, began - line_tolerance));
}

Witness Witnesses::of_removal(Removals& removals, SteadyTime listed, SteadyTime now) {
  if (take_since(removals.told, listed)) return Witness::both;
  removals.untold.push_back(now);
  return Witness::dump;
}

void Witnesses::on_dump(const Dump& dump, SteadyTime started) {
  for (const DumpInterface& interface : dump) {
    const auto found = interfaces_.find(interface.name);
    if (found != interfaces_.end()) found->second.listed = started;
  }
  forget_before(started);
}

/// What is too old to have to do with a dump that was started at `started`.
void Witnesses::forget_before(SteadyTime started) {
  size_ = interfaces_.size();
  const auto is_old = [&](SteadyTime time) { return time + memory < started; };
  for (auto& [name, lines] : interfaces_) {
    std::erase_if(lines.heard, [&](const auto& place) { return is_old(place.second); });
    std::erase_if(lines.created, is_old);
    size_ += lines.heard.size() + lines.created.size();
    for (auto& [endpoint, removals] : lines.removals) {
      std::erase_if(removals.told, is_old);
      std::erase_if(removals.untold, is_old);
      size_ += removals.told.size() + removals.untold.size();
    }
    std::erase_if(lines.removals, [](const auto& place) {
      return place.second.told.empty() && place.second.untold.empty();
    });
  }
  std::erase_if(interfaces_,
                [&](const auto& entry) { return entry.second.last + memory < started; });
}

void Witnesses::forget_all() {
  interfaces_.clear();
  size_ = 0;
}

}  // namespace wgaudit
