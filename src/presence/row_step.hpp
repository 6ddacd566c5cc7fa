#pragma once

#include <optional>

#include "presence/absences.hpp"
#include "presence/dump_context.hpp"

namespace wgaudit {

/// RowStep brings one peer up to date with its row of a dump. InterfaceStep makes one for each row
/// that changes its peer; it borrows all that it is given.
class RowStep {
 public:
  /// `is_new_object`: the key was there before, and the kernel has a new object for it.
  RowStep(DumpContext& context, RosterInterface& interface, PeerState& peer, const DumpPeer& row,
          bool is_new_object);

  void take();

 private:
  void add_peer();
  void update_online();
  void update_offline();
  HandshakeTimes set_expiry();
  void account_row(const HandshakeTimes& shown);
  void begin_session(ChangeReason reason);
  Session new_session(bool at_first_sight) const;
  void add_handshake();
  bool is_another_handshake() const;
  LineNotes* notes();

  DumpContext& context_;
  RosterInterface& interface_;
  PeerState& peer_;
  const DumpPeer& row_;
  DumpPeer before_;  ///< Row of the dump before, without counts where the object is a new one.
  bool is_new_object_;
};

}  // namespace wgaudit
