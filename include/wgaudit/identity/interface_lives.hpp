#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wgaudit/identity/interface_life.hpp"
#include "wgaudit/identity/line_queue.hpp"

namespace wgaudit {

/// The interfaces and peers that lines tell of, in the order of their stamps.
class InterfaceLives {
 public:
  struct Located {
    InterfaceLife* life;
    KernelPeer* peer;
  };
  struct Meeting {
    std::optional<Located> located;   ///< Nothing: there is no room.
    bool was_created_unseen = false;  ///< The line of its creation was lost.
  };

  /// By number: in the order in which they were met.
  using All = std::map<std::uint64_t, InterfaceLife>;

  /// An interface that exists and that no line has named, and nobody has the name. `born` may be
  /// never_before.
  InterfaceLife& begin(const InterfaceName& name, Stamp born);

  void on_created(const StampedLine& line);
  /// The one that is gone; null where none was known, or a namesake lives on.
  InterfaceLife* on_destroyed(const StampedLine& line);
  void on_renamed(const StampedLine& line);

  /// Whom a line about a peer is of. A peer that no line has named yet is met with it.
  Meeting on_peer_line(const StampedLine& line);

  std::optional<Located> find(PeerId id) const;
  Located add(InterfaceLife& life, PeerId id);
  /// Null where nobody has the name.
  InterfaceLife* live(const InterfaceName& name);

  All& all() { return lives_; }
  const All& all() const { return lives_; }

  /// Lines of any kind were lost until then. Of peers that no line said to be created, nobody can
  /// tell any more whose they are: a namesake may be there that was not seen to come.
  void on_gap(Stamp from);
  /// What died before that.
  void forget(Stamp before);
  /// The module was loaded: ids begin again.
  void clear();

  /// Peers that were dropped, or not taken, for want of room, since the last time.
  std::uint64_t take_overlooked() { return std::exchange(overlooked_, 0); }

 private:
  Meeting meet(const StampedLine& line);
  /// Of a peer that no line has named before.
  Standing standing_of(const InterfaceLife& life, const StampedLine& line) const;
  void follow_move(const Located& located, const StampedLine& line);
  void move_peer(const Located& located, const StampedLine& line);
  void take_name(InterfaceLife& life, Stamp unsure_from, const StampedLine& line);
  void join(InterfaceLife& newcomer, InterfaceLife& holder, Stamp stamp);
  bool make_room_for_peer();
  void drop_strangers();
  void make_room_for_life();
  void forget_peers(InterfaceLife& life, Stamp before);
  void drop(const InterfaceLife& life);

  All lives_;
  std::unordered_map<InterfaceName, InterfaceLife*> live_;  ///< No two have one name.
  std::unordered_map<PeerId, Located> located_;
  std::uint64_t last_number_ = 0;
  PeerId last_id_{};                     ///< Highest that was named.
  std::optional<PeerId> first_created_;  ///< Of this load: from here on every id was seen created.
  bool is_full_ = false;  ///< Of peers that may not be dropped, until dumps have told more.
  bool had_gap_ = false;  ///< In this load.
  std::uint64_t overlooked_ = 0;
};

}  // namespace wgaudit
