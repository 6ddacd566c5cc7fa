#include "wgaudit/identity/interface_lives.hpp"

#include <algorithm>
#include <utility>

namespace wgaudit {
namespace {

// Every user can create interfaces and peers in a namespace of their own, and many can forge lines.
// What dumps do not list goes first.
constexpr std::size_t max_lives = 4096;

// So many go at once: to look for them is work for all that there are.
constexpr std::size_t lives_that_make_room = max_lives / 16;

// A KernelPeer has 192 bytes, with its places in two maps some 300: 80 MB at most.
constexpr std::size_t max_peers = 1 << 18;

}  // namespace

InterfaceLife& InterfaceLives::begin(const InterfaceName& name, Stamp born) {
  if (lives_.size() >= max_lives) make_room_for_life();
  InterfaceLife& life = lives_[++last_number_];
  live_[name] = &life;
  life.number = last_number_;
  life.born = born;
  life.names.push_back({born, born, name});
  // Its creation may be among the lines that were lost, and that of a namesake, too.
  life.is_mixed = had_gap_ && born == never_before;
  return life;
}

void InterfaceLives::on_gap(Stamp from) {
  had_gap_ = true;
  first_created_.reset();
  for (auto& [name, life] : live_) life->on_gap(from);
}

void InterfaceLives::on_created(const StampedLine& line) {
  // Names are unique in a namespace: a second interface of the name is in another one.
  if (InterfaceLife* const namesake = live(line.interface)) {
    namesake->on_namesake_created(line.stamp, last_id_);
    return;
  }
  InterfaceLife& life = begin(line.interface, line.stamp);
  life.extent = LogExtent::whole;
  life.last_foreign_id = last_id_;
}

InterfaceLife* InterfaceLives::on_destroyed(const StampedLine& line) {
  InterfaceLife* const life = live(line.interface);
  if (life == nullptr) return nullptr;
  if (life->namesakes != 0) return life->on_namesake_destroyed(), nullptr;
  // It can have been a namesake's end: the life goes on until it is known.
  if (life->is_mixed) return nullptr;
  life->dead = line.stamp;
  live_.erase(life->name());
  // wg_destruct (device.c) prints this after the last peer is gone: where its own line was lost, it
  // was no later.
  for (auto& [id, peer] : life->peers) peer.dead = std::min(peer.dead, line.stamp);
  return life;
}

void InterfaceLives::on_renamed(const StampedLine& line) {
  InterfaceLife* const life = live(line.previous_interface);
  if (life == nullptr) return;
  if (!life->is_shared()) return take_name(*life, line.stamp, line);
  // The next lines of its peers will show which of them it was.
  life->is_mixed = true;
  InterfaceLife* const holder = live(line.interface);
  if (holder == nullptr) {
    begin(line.interface, line.stamp);
  } else {
    holder->mix(line.stamp);
  }
}

InterfaceLives::NamedPeer InterfaceLives::on_peer_line(const StampedLine& line) {
  const auto located = find(*line.peer);
  if (!located) {
    const NamedPeer named = add_named(line);
    last_id_ = std::max(last_id_, *line.peer);
    return named;
  }
  const bool is_moved = located->life->is_live() && located->life->name() != line.interface;
  if (is_moved) follow_move(*located, line);
  return {find(*line.peer), false};
}

InterfaceLives::NamedPeer InterfaceLives::add_named(const StampedLine& line) {
  const PeerId id = *line.peer;
  InterfaceLife* const known = live(line.interface);
  InterfaceLife& life = known != nullptr ? *known : begin(line.interface, never_before);
  if (!make_room_for_peer()) return {};
  const Located located = add(life, id);
  const bool was_created = line.kind == EventKind::peer_created;
  // Debug was on from here, so that the creation of every later id is in the log.
  if (was_created && !first_created_) first_created_ = id;
  const Standing standing = standing_of(life, line);
  located.peer->standing = standing;
  if (standing == Standing::foreign) {
    if (!life.is_shared()) ++life.namesakes;
    life.doubt(line.stamp);
  }
  const bool was_created_unseen =
      !was_created && standing == Standing::member &&
      (life.extent == LogExtent::whole || (first_created_ && id > *first_created_));
  // Lines are missing: until the next creation, it is not known which.
  if (was_created_unseen) first_created_.reset();
  return {located, was_created_unseen};
}

Standing InterfaceLives::standing_of(const InterfaceLife& life, const StampedLine& line) const {
  const bool was_created = line.kind == EventKind::peer_created;
  if (was_created ? life.is_shared() : life.is_mixed) return Standing::undecided;
  if (was_created || life.extent == LogExtent::late) return Standing::member;
  const PeerId id = *line.peer;
  // Ids ascend over all interfaces: one from before the interface is not in it.
  const bool is_older = id <= life.last_foreign_id || (first_created_ && id < *first_created_);
  return is_older ? Standing::foreign : Standing::member;
}

/// An id has one interface for life. So that one was moved to another namespace under another name,
/// which prints nothing.
void InterfaceLives::follow_move(const Located& located, const StampedLine& line) {
  InterfaceLife& life = *located.life;
  if (life.is_shared()) return move_peer(located, line);
  InterfaceLife* const holder = live(line.interface);
  // A dump showed the new name before a line of the interface did: that life is this one.
  const bool is_same =
      holder != nullptr && holder->peers.empty() && holder->extent == LogExtent::late;
  if (is_same) drop(*holder);
  // It can have moved at any time since its last line under the old name.
  take_name(life, life.last_line, line);
}

/// One of the interfaces of the name was moved or renamed, and it is not known which other ids went
/// with this one.
void InterfaceLives::move_peer(const Located& located, const StampedLine& line) {
  located.life->is_mixed = true;
  located.life->log_began = std::max(located.life->log_began, line.stamp);
  // The peer leaves first: to begin a life can drop the one that it is in, to make room.
  auto node = located.life->peers.extract(*line.peer);
  KernelPeer& peer = node.mapped();
  peer.born = never_before;
  peer.has_places = false;
  InterfaceLife* target = live(line.interface);
  if (target == nullptr) {
    peer.standing = Standing::member;
    target = &begin(line.interface, line.stamp);
  } else {
    peer.standing = Standing::undecided;
    target->mix(line.stamp);
  }
  target->peers.insert(std::move(node));
  located_.at(*line.peer).life = target;
}

void InterfaceLives::take_name(InterfaceLife& life, Stamp unsure_from, const StampedLine& line) {
  InterfaceLife* const holder = live(line.interface);
  live_.erase(life.name());
  life.names.push_back({unsure_from, line.stamp, line.interface});
  if (holder != nullptr) return join(life, *holder, line.stamp);
  live_[line.interface] = &life;
}

/// Two interfaces have one name now, and so one life: that of the one that dumps list, if it is
/// known.
void InterfaceLives::join(InterfaceLife& newcomer, InterfaceLife& holder, Stamp stamp) {
  // The holder of the name was in the last dump under it, unless it is foreign.
  const bool is_holder_foreign = holder.dumps_without != 0;
  InterfaceLife& kept = is_holder_foreign ? newcomer : holder;
  InterfaceLife& other = is_holder_foreign ? holder : newcomer;
  const Standing standing = other.is_absent_from_dumps() ? Standing::foreign : Standing::undecided;
  const bool may_own_more = other.is_mixed || other.extent == LogExtent::late;
  // Ids that no line named yet cannot be told from those of the life that is kept.
  if (may_own_more && standing != Standing::foreign) {
    kept.mix(stamp);
  } else {
    kept.doubt(stamp);
    kept.is_mixed |= may_own_more;
  }
  for (auto& [id, peer] : other.peers) {
    located_.at(id).life = &kept;
    peer.standing = standing;
    peer.has_places = false;
  }
  kept.peers.merge(other.peers);
  kept.namesakes += other.namesakes + 1;
  kept.last_line = std::max(kept.last_line, other.last_line);
  drop(other);
  live_[kept.name()] = &kept;
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

InterfaceLife* InterfaceLives::live(const InterfaceName& name) {
  const auto found = live_.find(name);
  return found == live_.end() ? nullptr : found->second;
}

void InterfaceLives::forget(Stamp before) {
  is_full_ = false;
  for (auto place = lives_.begin(); place != lives_.end();) {
    InterfaceLife& life = place++->second;
    if (life.dead < before) {
      drop(life);
    } else {
      for (const PeerId id : life.forget_peers(before)) located_.erase(id);
    }
  }
}

void InterfaceLives::clear() {
  is_full_ = false;
  lives_.clear();
  live_.clear();
  located_.clear();
  last_id_ = PeerId{};
  first_created_.reset();
  had_gap_ = false;
}

bool InterfaceLives::make_room_for_peer() {
  if (located_.size() < max_peers) return true;
  if (!is_full_) drop_strangers();
  // Until a dump shows more, looking for strangers again would find none.
  is_full_ = located_.size() >= max_peers;
  if (is_full_) ++overlooked_;
  return !is_full_;
}

/// Drops the strangers of one interface.
void InterfaceLives::drop_strangers() {
  for (auto& [number, life] : lives_) {
    const bool is_foreign = life.is_absent_from_dumps();
    const auto dropped = std::erase_if(life.peers, [&](const auto& entry) {
      const auto& [id, peer] = entry;
      const bool goes = is_foreign || peer.standing == Standing::foreign;
      if (goes) located_.erase(id);
      return goes;
    });
    overlooked_ += dropped;
    if (dropped != 0) return;
  }
}

/// Drops lives that are gone or known to be foreign, then those that no dump lists, then the
/// oldest.
void InterfaceLives::make_room_for_life() {
  std::vector<const InterfaceLife*> going;
  std::vector<const InterfaceLife*> unlisted;
  for (const auto& [number, life] : lives_) {
    const bool is_foreign = !life.is_live() || life.is_absent_from_dumps();
    if (is_foreign) {
      going.push_back(&life);
    } else if (!life.is_listed) {
      unlisted.push_back(&life);
    }
  }
  going.insert(going.end(), unlisted.begin(), unlisted.end());
  if (going.empty()) going.push_back(&lives_.begin()->second);
  if (going.size() > lives_that_make_room) going.resize(lives_that_make_room);
  for (const InterfaceLife* const life : going) {
    overlooked_ += life->peers.size();
    drop(*life);
  }
}

void InterfaceLives::drop(const InterfaceLife& life) {
  for (const auto& [id, peer] : life.peers) located_.erase(id);
  if (life.is_live() && live(life.name()) == &life) live_.erase(life.name());
  lives_.erase(life.number);
}

}  // namespace wgaudit
