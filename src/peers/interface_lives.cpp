#include "wgaudit/peers/interface_lives.hpp"

#include <algorithm>

namespace wgaudit {
namespace {

// Anybody can create interfaces and peers in a namespace of his own. Those go first.
constexpr std::size_t max_lives = 4096;
constexpr std::size_t max_peers = 1 << 18;

bool has_peer_alive(const InterfaceLife& life) {
  return std::any_of(life.peers.begin(), life.peers.end(),
                     [](const auto& entry) { return entry.second.dead == never_yet; });
}

}  // namespace

InterfaceLife& InterfaceLives::begin(const InterfaceName& name, Stamp born) {
  if (lives_.size() >= max_lives) make_room_for_life();
  InterfaceLife& life = lives_.emplace_back();
  life.born = born;
  life.names.push_back({born, born, name});
  return life;
}

void InterfaceLives::on_created(const StampedLine& line) {
  InterfaceLife& life = begin(line.interface, line.stamp);
  life.extent = LogExtent::whole;
  life.last_foreign_id = last_id_;
  const auto named = live(line.interface);
  if (named.size() == 1) return;
  for (InterfaceLife* const one : named) one->is_ambiguous = true;
}

/// Of several of the name, the one whose peers are all gone.
InterfaceLife* InterfaceLives::on_destroyed(const StampedLine& line) {
  const auto named = live(line.interface);
  if (named.empty()) return nullptr;
  const auto empty = std::find_if(named.begin(), named.end(),
                                  [](const auto* life) { return !has_peer_alive(*life); });
  InterfaceLife& life = **(empty == named.end() ? named.begin() : empty);
  life.dead = line.stamp;
  for (auto& [id, peer] : life.peers) peer.dead = std::min(peer.dead, line.stamp);
  return &life;
}

/// Of several of the old name, it cannot be told which has the new one: one more is taken to exist.
void InterfaceLives::on_renamed(const StampedLine& line) {
  const auto renamed = live(line.previous_interface);
  const auto named = live(line.interface);
  if (renamed.size() == 1) {
    renamed.front()->names.push_back({line.stamp, line.stamp, line.interface});
    if (named.empty()) return;
  } else if (renamed.size() > 1) {
    begin(line.interface, never_before).is_ambiguous = true;
  }
  for (InterfaceLife* const life : renamed) life->is_ambiguous = true;
  for (InterfaceLife* const life : named) life->is_ambiguous = true;
}

InterfaceLives::Meeting InterfaceLives::on_peer_line(const StampedLine& line) {
  const auto located = find(*line.peer);
  const Meeting meeting = located ? Meeting{located, false} : meet(line);
  last_id_ = std::max(last_id_, *line.peer);
  if (located && located->life->is_live() && located->life->name() != line.interface) {
    follow_move(*located->life, line);
  }
  return meeting;
}

InterfaceLives::Meeting InterfaceLives::meet(const StampedLine& line) {
  const PeerId id = *line.peer;
  auto named = live(line.interface);
  if (named.empty()) named.push_back(&begin(line.interface, never_before));
  // A line that comes late, of a peer that is forgotten, or of an interface in another namespace.
  std::erase_if(named, [&](const InterfaceLife* life) { return id <= life->last_foreign_id; });
  if (named.empty() || !make_room_for_peer()) return {};
  if (named.size() > 1) {
    for (InterfaceLife* const life : named) life->is_ambiguous = true;
  }
  InterfaceLife& life = *named.back();
  const Meeting meeting{add(life, id), false};
  if (line.kind == EventKind::peer_created) {
    if (!first_created_) first_created_ = id;
    return meeting;
  }
  const bool was_created_unseen =
      life.extent == LogExtent::whole || (first_created_ && id > *first_created_);
  if (was_created_unseen) first_created_.reset();
  return {meeting.located, was_created_unseen};
}

/// The id has one interface for life: that one was moved to a namespace under another name, which
/// prints nothing.
void InterfaceLives::follow_move(InterfaceLife& life, const StampedLine& line) {
  if (life.is_ambiguous) return hold_name(line.interface);
  for (InterfaceLife* const other : live(line.interface)) {
    if (other->peers.empty() && other->extent == LogExtent::late) {
      drop(other);
    } else {
      other->is_ambiguous = life.is_ambiguous = true;
    }
  }
  life.names.push_back({life.last_line, line.stamp, line.interface});
}

/// Somebody has the name of whom no more can be told.
void InterfaceLives::hold_name(const InterfaceName& name) {
  const auto named = live(name);
  for (InterfaceLife* const life : named) life->is_ambiguous = true;
  if (named.empty()) begin(name, never_before).is_ambiguous = true;
}

std::optional<InterfaceLives::Located> InterfaceLives::find(PeerId id) const {
  const auto found = located_.find(id);
  if (found == located_.end()) return std::nullopt;
  return found->second;
}

InterfaceLives::Located InterfaceLives::add(InterfaceLife& life, PeerId id) {
  const Located located{&life, &life.peers[id]};
  located_.insert_or_assign(id, located);
  last_id_ = std::max(last_id_, id);
  return located;
}

std::vector<InterfaceLife*> InterfaceLives::live(const InterfaceName& name) {
  std::vector<InterfaceLife*> found;
  for (InterfaceLife& life : lives_) {
    if (life.is_live() && life.name() == name) found.push_back(&life);
  }
  return found;
}

void InterfaceLives::forget(Stamp before) {
  for (auto life = lives_.begin(); life != lives_.end();) {
    auto& current = *life++;
    if (current.dead < before) {
      drop(&current);
      continue;
    }
    std::erase_if(current.peers, [&](const auto& entry) {
      if (entry.second.dead >= before) return false;
      located_.erase(entry.first);
      const bool counts = !entry.second.is_born_in_log() && current.has_first_rows &&
                          entry.second.dead >= current.first_dump;
      if (counts) ++current.forgotten_dead;
      return true;
    });
  }
}

void InterfaceLives::forget_handshakes() {
  for (InterfaceLife& life : lives_) {
    for (auto& [id, peer] : life.peers) peer.at_least = {};
  }
}

void InterfaceLives::clear() {
  lives_.clear();
  located_.clear();
  last_id_ = PeerId{};
  first_created_.reset();
}

bool InterfaceLives::make_room_for_peer() {
  if (located_.size() < max_peers) return true;
  const auto foreign = std::find_if(lives_.begin(), lives_.end(), [](const InterfaceLife& life) {
    return life.is_absent_from_dumps() && !life.peers.empty();
  });
  if (foreign == lives_.end()) return static_cast<void>(++overlooked_), false;
  overlooked_ += foreign->peers.size();
  for (const auto& [id, peer] : foreign->peers) located_.erase(id);
  foreign->peers.clear();
  return true;
}

void InterfaceLives::make_room_for_life() {
  const auto foreign = std::find_if(lives_.begin(), lives_.end(), [](const InterfaceLife& life) {
    return life.is_absent_from_dumps() || !life.is_live();
  });
  const InterfaceLife& gone = foreign == lives_.end() ? lives_.front() : *foreign;
  overlooked_ += gone.peers.size();
  drop(&gone);
}

void InterfaceLives::drop(const InterfaceLife* life) {
  for (const auto& [id, peer] : life->peers) located_.erase(id);
  lives_.remove_if([&](const InterfaceLife& other) { return &other == life; });
}

}  // namespace wgaudit
