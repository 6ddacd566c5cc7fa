#include "wgaudit/presence/roster.hpp"

#include <algorithm>
#include <utility>

#include "presence/dump_step.hpp"
#include "presence/row_rules.hpp"

namespace wgaudit {

RosterChanges Roster::on_dump(const Dump& dump, std::span<const InterfaceName> unreadable,
                              Instant started, Instant finished, const WallClock& wall_clock) {
  return DumpStep(state_, {limits_, started, finished, wall_clock, {}, {}}).take(dump, unreadable);
}

LineNotes* Roster::notes_of(const InterfaceName& interface, const PublicKey& key) {
  RosterInterface* const found = state_.find(interface);
  return found == nullptr ? nullptr : &found->notes[key];
}

void Roster::restore(const InterfaceName& name, PeerState peer) {
  RosterInterface& interface = state_.find_or_add(name);
  if (!is_removal(peer.absence)) return interface.peers.push_back(std::move(peer));
  if (peer.absence->reason == ChangeReason::interface_removed) {
    interface.is_gone = true;
    state_.knows_interfaces = true;  // the removal of this one was recorded
  }
  interface.in_grace.push_back(std::move(peer));
}

void Roster::restore(const InterfaceState& recorded) {
  RosterInterface& interface = state_.find_or_add(recorded.name);
  interface.settings = recorded.settings;
  interface.is_known = true;
  state_.knows_interfaces = true;
}

bool Roster::is_in_doubt() const {
  return std::any_of(state_.interfaces.begin(), state_.interfaces.end(),
                     [](const RosterInterface& interface) { return interface.is_missing; });
}

std::size_t Roster::size() const {
  std::size_t count = 0;
  for (const auto& interface : state_.interfaces) count += interface.peers.size();
  return count;
}

std::size_t Roster::online_count() const {
  std::ptrdiff_t count = 0;
  for (const auto& interface : state_.interfaces) {
    count += std::ranges::count(interface.peers, Presence::online, &PeerState::presence);
  }
  return static_cast<std::size_t>(count);
}

}  // namespace wgaudit
