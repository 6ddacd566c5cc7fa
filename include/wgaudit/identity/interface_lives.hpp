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

/// InterfaceLives are the interfaces and peers that lines name. RegistryState owns it, and LineStep
/// gives it the lines in the order of their stamps. It is bounded: users can create interfaces and
/// peers in a namespace of their own, and forge lines.
class InterfaceLives {
 public:
  /// Located is a peer and the interface that it is in.
  struct Located {
    InterfaceLife* life;
    KernelPeer* peer;
  };
  /// NamedPeer is the peer that a line names.
  struct NamedPeer {
    std::optional<Located> located;   ///< Absent: there is no room for it.
    bool was_created_unseen = false;  ///< It is new, and no line of its creation came.
  };

  /// All lives by number: in the order in which lines or dumps named them.
  using All = std::map<std::uint64_t, InterfaceLife>;

  /// Adds an interface that exists and that no line has named. No other may have the name. `born`
  /// may be never_before.
  InterfaceLife& begin(const InterfaceName& name, Stamp born);

  /// Takes an `Interface created`. Where the name is in use, a namesake was created.
  void on_created(const StampedLine& line);

  /// Returns the interface that is gone; null where none was known, or a namesake lives on.
  InterfaceLife* on_destroyed(const StampedLine& line);

  /// Takes a rename. Where the name is shared, it is not known which of the interfaces it was.
  void on_renamed(const StampedLine& line);

  /// Finds the peer that a line is about, and adds a peer that no line has named yet.
  NamedPeer on_peer_line(const StampedLine& line);

  /// Returns the peer of the id, also of one that is destroyed and not forgotten yet.
  std::optional<Located> find(PeerId id) const;

  /// Adds a peer of that life.
  Located add(InterfaceLife& life, PeerId id);
  /// Returns the interface that has the name now, or null.
  InterfaceLife* live(const InterfaceName& name);

  All& all() { return lives_; }
  const All& all() const { return lives_; }

  /// Takes that lines of any kind were lost until then. It is not known any more whose the peers
  /// are that no line created: a namesake may be there that was not seen to come.
  void on_gap(Stamp from);
  /// Drops what ended before that.
  void forget(Stamp before);
  /// Takes that the module was loaded: ids begin again.
  void clear();

  /// Returns how many peers were dropped, or not taken, for want of room, since the last call.
  std::uint64_t take_overlooked() { return std::exchange(overlooked_, 0); }

 private:
  NamedPeer add_named(const StampedLine& line);
  /// Returns the standing of a peer that no line has named before.
  Standing standing_of(const InterfaceLife& life, const StampedLine& line) const;

  /// Takes that a line names the peer under another name than that of its interface.
  void follow_move(const Located& located, const StampedLine& line);
  void move_peer(const Located& located, const StampedLine& line);

  /// Gives the life the name that the line has; it can have had it since `unsure_from`.
  void take_name(InterfaceLife& life, Stamp unsure_from, const StampedLine& line);
  void join(InterfaceLife& newcomer, InterfaceLife& holder, Stamp stamp);
  bool make_room_for_peer();
  void drop_strangers();
  void make_room_for_life();
  void drop(const InterfaceLife& life);

  All lives_;
  std::unordered_map<InterfaceName, InterfaceLife*> live_;  ///< Lives that go on, by their name.
  std::unordered_map<PeerId, Located> located_;
  std::uint64_t last_number_ = 0;
  PeerId last_id_{};  ///< Highest id that was named.
  std::optional<PeerId>
      first_created_;     ///< From it on, every id of this load was created by a line.
  bool is_full_ = false;  ///< No peer may be dropped, until dumps have shown more.
  bool had_gap_ = false;  ///< Lines were lost in this load.
  std::uint64_t overlooked_ = 0;
};

}  // namespace wgaudit
